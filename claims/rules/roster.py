"""The claim's list against the rosters that class hours were judged by."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.outcome import ClaimFinding
from claims.report_match import mismatches
from claims.roster_match import RosterMatch
from facts.counting import counted, noun
from facts.text import Text
from facts.verdict import Finding, Status
from policy.kinds.money_sums import SettlementMode

# This program's own comparisons bear a name in place of a rule's id.
ROSTER = "ROSTER"
REPORTS = "REPORTS"


def roster_findings(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """Who is claimed for without being on the roster, and who is on it without being claimed for."""
    yield from _judged(dossier)
    by_state: dict[RosterMatch, list[str]] = {}
    for person in dossier.people:
        by_state.setdefault(dossier.attendance.attended[person.key].match, []).append(dossier.shown[person.key])
    for state, (status, text) in _WORDS.items():
        if keys := by_state.get(state):
            yield _finding(ROSTER, status, state.name, text, keys)
    if dossier.attendance.unclaimed:
        names = "、".join(dict.fromkeys(one.name for one in dossier.attendance.unclaimed[:10]))
        text = Text(
            f"花名册上有、申领表上没有：{names}；凡参训的均计入就业率等比例",
            f"on the roster, not in the claim: {names}; rates are shares of everybody trained",
        )
        yield _finding(ROSTER, Status.UNPROVEN, "NOT_CLAIMED", text, (), _LIST)


def _judged(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    reports = dossier.attendance.reports
    if not reports:
        text = Text("没有本班期的学时核验报告，有效时长未知", "no report on the class hours: valid time is not known")
        yield _finding(REPORTS, Status.UNPROVEN, "NO_REPORTS", text, (), _VERIFY)
        return
    found = [one for report in reports for one in mismatches(dossier.book, dossier.claim, report)]
    for one in dict.fromkeys(found):
        yield _finding(REPORTS, Status.UNPROVEN, one.reason, one.text, (), _VERIFY)
    if dossier.attendance.outside:
        yield _outside(dossier)


def _outside(dossier: ClaimDossier) -> ClaimFinding:
    """Class hours of other days are those of another stage where the claim is for one, else somebody should ask."""
    days, own = dossier.attendance.outside, dossier.claim.actual
    text = Text(
        f"核验报告另有 {len(days)} 天（{days[0]} 至 {days[-1]}）不在申领的 {own.first or '…'} 至 {own.last or '…'} 内，不计",
        f"{counted(len(days), 'more day')} in the reports ({days[0]} to {days[-1]}) {noun(len(days), 'is', 'are')} outside the claimed"
        f" {own.first or '…'} to {own.last or '…'} and do not count",
    )
    staged = dossier.claim.settlement == SettlementMode.STAGED and dossier.attendance.hours
    reason = "OUTSIDE_PERIOD" if dossier.attendance.hours else "OTHER_PERIOD"
    return _finding(REPORTS, Status.PASS if staged else Status.UNPROVEN, reason, text, ())


def _finding(
    name: str, status: Status, reason: str, text: Text, keys: list[str] | tuple[()], remedy: Text | None = None
) -> ClaimFinding:
    return ClaimFinding(Finding(name, status, reason, text, {"people": float(len(keys))}, remedy=remedy), tuple(keys))


_LIST = Text(
    "请把参训人员全部列入申领表，不申领补贴的金额填 0，并写明是否合格、是否就业",
    "list everybody who was trained; claim 0 for those without a subsidy and say whether they passed and found work",
)
_VERIFY = Text("请先用 xueshi verify 按所适用的文件核验本班期", "verify the class under the governing document first")
_WORDS = {
    RosterMatch.MISSING: (Status.FAIL, Text("申领表上有、花名册上没有", "in the claim, not on the roster")),
    RosterMatch.AMBIGUOUS: (Status.UNPROVEN, Text("姓名相同，无法对应到花名册", "a shared name: open who is meant")),
    RosterMatch.TWICE: (Status.FAIL, Text("同一人以两行申领", "one person claimed for in two rows")),
    RosterMatch.NO_ROSTER: (Status.UNPROVEN, Text("没有花名册可比", "no roster to compare")),
    RosterMatch.FOUND: (Status.PASS, Text("与花名册一致", "on the roster")),
}
