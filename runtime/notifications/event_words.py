"""Every kind of event in words, for pages and letters."""

from collections.abc import Mapping

from facts.text import Text
from storage.database.notifications.events import EventKind

KINDS: Mapping[EventKind, Text] = {
    "verdict.made": Text("核验结论", "verdicts"),
    "flag.raised": Text("核验中的疑点", "doubts about a class"),
    "package.made": Text("证据包封存", "packages sealed"),
    "claim.screened": Text("申领核查", "claims screened"),
    "claim.decided": Text("申领办结：核准、退回补正、不予支持", "claims decided"),
    "doubt.opened": Text("申领疑点：提出", "claim doubts: raised"),
    "doubt.explained": Text("申领疑点：机构已说明", "claim doubts: explained"),
    "doubt.signed": Text("申领疑点：一人已签、未结", "claim doubts: signed by one, open"),
    "doubt.settled": Text("申领疑点：了结", "claim doubts: settled"),
    "review.made": Text("学时复核：一人已签", "hour reviews: one has signed"),
    "review.agreed": Text("学时复核：两人一致", "hour reviews: two agree"),
    "review.contested": Text("学时复核：有分歧", "hour reviews: contested"),
    "review.answered": Text("学时复核：机构已答复", "hour reviews: the institution answered"),
    "class_doubt.explained": Text("班期疑点：机构已说明", "class doubts: explained"),
    "class_doubt.signed": Text("班期疑点：一人已签、未结", "class doubts: signed by one, open"),
    "class_doubt.settled": Text("班期疑点：了结", "class doubts: settled"),
    "supervision.issued": Text("监管记录：已下达", "supervision: issued"),
    "supervision.answered": Text("监管记录：机构已答复", "supervision: the institution answered"),
    "supervision.closed": Text("监管记录：办结或撤销", "supervision: closed or taken back"),
    "camera.silent": Text("摄像机：该录而没有画面", "cameras: silent while they should record"),
    "camera.back": Text("摄像机：又有画面了", "cameras: pictures again"),
}
