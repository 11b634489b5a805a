"""A draw as somebody wishes it, made into lists and rules that are bound and announced; for pages and programs alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, func, select

from facts.errors import InputError
from facts.refusals import Refusal, RefusalsError, refuse, stands
from facts.spot_check import DrawClass, DrawRules, Stratum
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.spot_checks.access import DrawView, folder_of, spot_checks_of
from runtime.spot_checks.draw_folder import DrawAnnouncement, DrawCommitment, announce, bind, sheet_from
from runtime.spot_checks.draw_lists import inspector, inspectors_of, listed_classes
from storage.database.accounts.accounts import AccountRow
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import FLAGS

STRATA = {
    "": Text("不分层", "none"),
    "programme": Text("按培训项目", "by programme"),
    "institution": Text("按培训机构", "by institution"),
    "locality": Text("按地区", "by locality"),
}
_BY_DOUBTS = Text("权重为该班疑点数加一", "one more than the class's doubts")
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants drawn; without a choice of classes all of the area, without sizes one share of each stratum."""

    title: str
    strata: str = ""
    share: str = "1/10"
    weighted: bool = False
    per_class: int = 2
    most: int = 10
    beacon: str = ""
    weights_because: str = ""
    sizes: tuple[Stratum, ...] = ()
    weights: Mapping[int, int] = field(default_factory=dict)  # by the numbers of the classes that are listed
    avoided: Mapping[str, Sequence[str]] = field(default_factory=dict)  # institutions, by the inspector's account name


def bound_for(service: Service, caller: Caller, wish: Wish, already: Sequence[Refusal] = ()) -> DrawCommitment:
    """The lists of the caller's area as they are now, bound with rules and a secret nonce; every fault at once."""
    with reading(service.engine, "reading the lists") as connection:
        rows = listed_classes(connection, caller)
        people = inspectors_of(connection, caller)
        doubts = _doubts(connection) if wish.weighted else {}
    refuse([*already, *_faults(wish, rows, people)])
    rows = [(row, entry) for row, entry in rows if not wish.weights or row.id in wish.weights]
    classes = tuple(
        replace(entry, stratum=_stratum(wish.strata, entry), weight=wish.weights.get(row.id, 1 + doubts.get(row.id, 0)))
        for row, entry in rows
    )
    return bind(classes, [inspector(one, wish.avoided) for one in people], _rules(wish, classes))


def announced(service: Service, bound: DrawCommitment, within: Connection | None = None) -> DrawAnnouncement:
    """The commitment is announced; nobody knows yet what will be drawn."""
    return announce(spot_checks_of(service), bound, folder_of(service, bound.published["commitment"]), within)


def drawn(service: Service, found: DrawView, beacon: str) -> dict[str, Any]:
    """The sheet of an announced draw, by its nonce and the beacon; what stands against it is told without a path."""
    named, given = str(found.sheet["rules"]["beacon"]), beacon.strip()
    if bool(given) != bool(named):
        text = Text(
            f"未能揭示：请填写公共信标（{named}）" if named else "未能揭示：此次抽查没有预告公共信标，请留空",
            f"not revealed: give the beacon ({named})"
            if named
            else "not revealed: no beacon was announced, leave it empty",
        )
        refuse([Refusal("beacon", text, given or "nothing", f"the text of {named}" if named else "nothing")])
    try:
        sheet, _ = sheet_from(folder_of(service, found.draw.commitment), given)
    except InputError as error:
        text = Text(
            "未能揭示：本机没有此次抽查的密存文件（或已被改动），请在承诺时的机器上揭示，或从备份恢复",
            "not revealed: its secret does not lie here, or was changed; reveal it where it was committed, or restore it",
        )
        raise RefusalsError(
            [stands("secret", text, "no secret that fits", "the one that was kept at the commitment")]
        ) from error
    return sheet


def _rules(wish: Wish, classes: Sequence[DrawClass]) -> DrawRules:
    names = sorted({one.stratum for one in classes})
    strata = wish.sizes or tuple(Stratum(name, share=Fraction(wish.share.strip())) for name in names)
    because = wish.weights_because.strip() or (str(_BY_DOUBTS.zh) if wish.weighted else "")
    return DrawRules(wish.title.strip(), strata, wish.per_class, wish.most, wish.beacon.strip(), because)


def _faults(wish: Wish, rows: Sequence[tuple[ClassRow, DrawClass]], people: Sequence[AccountRow]) -> Iterator[Refusal]:
    if not wish.title.strip():
        yield Refusal("title", Text("请写明抽查的名称", "give the draw a title"), "blanks", "a title")
    if wish.strata not in STRATA:
        text = Text("请选择分层方式", "choose the strata")
        yield Refusal("strata", text, wish.strata, "programme, institution, locality or nothing")
    if not rows:
        text = Text("您的范围内没有可抽的班期", "there is no class within your area")
        yield Refusal("classes", text, "no class within your area", "at least one")
    yield from _strangers(wish, {row.id for row, _ in rows}, {one.name for one in people})
    if len(people) < wish.per_class:
        text = Text(
            f"可派的抽查员只有 {len(people)} 名，每班需 {wish.per_class} 名",
            f"{len(people)} inspectors, {wish.per_class} needed for a class",
        )
        yield Refusal("inspectors", text, str(len(people)), f"at least {wish.per_class}")
    if not wish.sizes and not _is_share(wish.share):
        text = Text("抽取比例应为 0 到 1 之间的数，如 1/10", "the share is a number up to 1, such as 1/10")
        yield Refusal("share", text, wish.share, "a fraction above 0 and up to 1, such as 1/10")
    if wish.weighted and any(weight != 1 for weight in wish.weights.values()):
        text = Text("权重或按疑点，或逐班指定，不能兼用", "weights are by doubts or given for each class, not both")
        yield Refusal("weighted", text, "weights by doubts and weights for classes", "one of them")


def _strangers(wish: Wish, classes: set[int], people: set[str]) -> Iterator[Refusal]:
    for number in sorted(set(wish.weights) - classes)[:_MOST_TOLD]:
        text = Text(f"班期 {number} 不在您的范围内", f"class {number} is not within your area")
        yield Refusal("classes", text, str(number), "the number of a class within your area")
    for name in sorted(set(wish.avoided) - people)[:_MOST_TOLD]:
        text = Text(f"回避申报中没有这名抽查员：{name[:60]}", f"no such inspector among the conflicts: {name[:60]}")
        yield Refusal("conflicts", text, name, "the account name of an inspector who may be sent")


def _is_share(text: str) -> bool:
    try:
        return 0 < Fraction(text.strip()) <= 1
    except (ValueError, ZeroDivisionError):
        return False


def _stratum(by: str, entry: DrawClass) -> str:
    return str(getattr(entry, by)) if by else ""


def _doubts(connection: Connection) -> dict[int, int]:
    newest = FLAGS.c.report_id == CLASSES.c.report_id
    counted = select(FLAGS.c.class_id, func.count()).join(CLASSES, newest).group_by(FLAGS.c.class_id)
    return {row[0]: row[1] for row in connection.execute(counted)}
