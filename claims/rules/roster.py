"""The claim's list against the rosters that class hours were judged by."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.outcome import ClaimFinding
from claims.roster_match import RosterMatch
from facts.text import Text
from facts.verdict import Finding, Status

# This program's own comparisons bear a name in place of a rule's id.
ROSTER = "ROSTER"
REPORTS = "REPORTS"


def roster_findings(desk: ClaimDossier) -> Iterator[ClaimFinding]:
    """Who is claimed for without being on the roster, and who is on it without being claimed for."""
    yield from _judged(desk)
    by_state: dict[RosterMatch, list[str]] = {}
    for person in desk.people:
        by_state.setdefault(desk.seen.attended[person.key].joined, []).append(desk.shown[person.key])
    for state, (status, text) in _WORDS.items():
        if keys := by_state.get(state):
            yield _finding(ROSTER, status, state.name, text, keys)
    if desk.seen.unclaimed:
        names = "、".join(desk.seen.unclaimed[:10])
        text = Text(f"花名册上有、申领表上没有：{names}", f"on the roster, not in the claim: {names}")
        yield _finding(ROSTER, Status.UNPROVEN, "NOT_CLAIMED", text, ())


def _judged(desk: ClaimDossier) -> Iterator[ClaimFinding]:
    reports = desk.seen.reports
    if not reports:
        text = Text("没有本班期的学时核验报告，有效时长未知", "no report on the class hours: valid time is not known")
        yield _finding(REPORTS, Status.UNPROVEN, "NO_REPORTS", text, (), _VERIFY)
        return
    other = sorted({one.policy.id if one.policy else "—" for one in reports} - {desk.book.id})
    if other:
        text = Text(
            f"学时按 {'、'.join(other)} 核验，本申领适用 {desk.book.id}",
            f"judged by {', '.join(other)}, not {desk.book.id}",
        )
        yield _finding(REPORTS, Status.UNPROVEN, "JUDGED_BY_ANOTHER", text, (), _VERIFY)
    strange = sorted({one.training_class.id for one in reports} - {desk.claim.training_class.id})
    if strange:
        text = Text(f"报告属于班期 {'、'.join(strange)}", f"reports of the class {', '.join(strange)}")
        yield _finding(REPORTS, Status.UNPROVEN, "OTHER_CLASS", text, (), _VERIFY)


def _finding(
    name: str, status: Status, reason: str, text: Text, keys: list[str] | tuple[()], remedy: Text | None = None
) -> ClaimFinding:
    return ClaimFinding(Finding(name, status, reason, text, {"people": float(len(keys))}, remedy=remedy), tuple(keys))


_VERIFY = Text("请先用 xueshi verify 按所适用的文件核验本班期", "verify the class under the governing document first")
_WORDS = {
    RosterMatch.MISSING: (Status.FAIL, Text("申领表上有、花名册上没有", "in the claim, not on the roster")),
    RosterMatch.AMBIGUOUS: (Status.UNPROVEN, Text("姓名相同，无法对应到花名册", "a shared name: open who is meant")),
    RosterMatch.TWICE: (Status.FAIL, Text("同一人以两行申领", "one person claimed for in two rows")),
    RosterMatch.NO_ROSTER: (Status.UNPROVEN, Text("没有花名册可比", "no roster to compare")),
    RosterMatch.FOUND: (Status.PASS, Text("与花名册一致", "on the roster")),
}
