"""Sign-ins of everybody present, and a camera that the real-name system knows (presence.check_in)."""

from collections.abc import Iterator

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, all_of, whole_class
from claims.outcome import ClaimFinding
from claims.rules.evidence import is_held
from facts.text import Text
from facts.verdict import Status
from policy.kinds import PresenceCheckIn
from policy.rulebook import Rule

CAMERA_ENTRY = "摄像机登记"
_TRUTHS: dict[Status, Truth] = {Status.PASS: True, Status.FAIL: False}


def presence_check_in(dossier: ClaimDossier, rule: Rule, params: PresenceCheckIn) -> Iterator[ClaimFinding]:
    """What the class hours' own findings say, and whether the camera is on the list."""
    signed = all_of(_TRUTHS.get(status) for status in _statuses(dossier, rule))
    names = tuple(name for one in dossier.claim.holdings or () for name in one.names)
    entered = is_held(CAMERA_ENTRY, (*names, *(dossier.claim.attestations or ())))
    truth = all_of([signed, True if entered or not params.camera_registered else None])
    yield whole_class(rule, truth if dossier.case.binds(rule) else None, _WORDS)


def _statuses(dossier: ClaimDossier, rule: Rule) -> Iterator[Status]:
    for report in dossier.attendance.reports:
        for verdict in report.verdicts:
            yield from (finding.status for finding in verdict.findings if finding.rule == rule.id)


_WORDS = TruthWords(
    AnswerWords(
        "SIGNED_IN", Text("每学时均有打卡，摄像机已登记", "signed in for every class hour, the camera is registered")
    ),
    AnswerWords("NOT_SIGNED_IN", Text("有学时无打卡", "a class hour without sign-ins")),
    AnswerWords(
        "SIGN_IN_NOT_SHOWN",
        Text("未见打卡记录或摄像机登记", "sign-ins or the camera's registration are not shown"),
        Text(f"请提供手机打卡导出表和{CAMERA_ENTRY}", "show the check-in export and the camera's registration"),
    ),
)
