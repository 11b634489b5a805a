"""Doubts about the course of a claim: before its notice ended, out of its quarter, soft words left, short hours."""

from collections.abc import Iterator, Sequence

from claims.answers import ClaimDossier
from claims.doubts.kinds import signal
from claims.outcome import ClaimFinding
from claims.registers import own_measures
from claims.trace import Trace
from facts.counting import counted
from facts.text import Text
from facts.verdict import Doubt, Status
from policy.kinds import ProcessDeadline
from policy.kinds.process import Event
from policy.rulebook import Hardness

BEFORE_NOTICE = signal(
    "CLAIMED_BEFORE_NOTICE_ENDED",
    10,
    "F15",
    ("先报材料、公示后再拨付", "papers first, money after the notice"),
    clause=ProcessDeadline,
)
OUT_OF_QUARTER = signal(
    "CLAIMED_OUT_OF_QUARTER",
    10,
    "F19",
    ("等待考核结果或证书", "waiting for results or certificates"),
    clause=ProcessDeadline,
)
SOFT = signal(
    "SOFT_BOUND_LEFT",
    30,
    "F19",
    ("文件用“一般”“原则上”，允许例外", "the document says 一般 or 原则上: exceptions are allowed"),
)
SHORT_HOURS = signal(
    "SHORT_CLASS_HOURS",
    30,
    "F11",
    ("课表按本校作息，每学时不足 45 分钟", "the school's own class hours are shorter"),
)
FLAGGED = signal("CONDUCT_TO_LOOK_AT", 120, "F15", ("线索尚未查实", "a lead that nobody has confirmed"))
_MONTHS_IN_QUARTER = 3
_SUM = "补贴金额"


def process_doubts(dossier: ClaimDossier, findings: Sequence[ClaimFinding]) -> Iterator[Doubt]:
    """Every doubt about process and soft words."""
    yield from _before_notice(dossier)
    yield from _out_of_quarter(dossier)
    yield from _soft_findings(dossier, findings)
    yield from _soft_bounds(dossier, dossier.money.traces)
    yield from _short_hours(dossier)


def _before_notice(dossier: ClaimDossier) -> Iterator[Doubt]:
    """Results are shown before money is asked for (「结果公示—经费申报」); a notice that must name the sum follows the claim."""
    rules = [
        rule
        for rule, params in dossier.book.of_kind(ProcessDeadline)
        if params.event is Event.NOTICE and _SUM not in params.contents and dossier.case.binds(rule)
    ]
    ended, claimed = (
        max((one.last for one in dossier.claim.notices or () if one.last), default=None),
        dossier.claim.claim_day,
    )
    if rules and ended is not None and claimed is not None and claimed < ended:
        text = Text(f"{claimed} 申领，公示至 {ended}", f"claimed on {claimed}, the notice ran to {ended}")
        yield BEFORE_NOTICE.raised(dossier, text, rule=rules[0].id)


def _out_of_quarter(dossier: ClaimDossier) -> Iterator[Doubt]:
    """「按季度进行申报」 read as: by the end of the quarter after the one in which the class ended."""
    quarterly = [rule for rule, params in dossier.book.of_kind(ProcessDeadline) if params.quarterly]
    ended, claimed = dossier.case.claim.last_day, dossier.claim.claim_day
    if not quarterly or ended is None or claimed is None:
        return
    late = _quarter(claimed.year, claimed.month) - _quarter(ended.year, ended.month)
    if late > 1 or late < 0:
        text = Text(
            f"{ended} 结课，{claimed} 申领，不在次季度内", f"ended {ended}, claimed {claimed}: not by the next quarter"
        )
        yield OUT_OF_QUARTER.raised(dossier, text, rule=quarterly[0].id)


def _quarter(year: int, month: int) -> int:
    return year * 4 + (month - 1) // _MONTHS_IN_QUARTER


def _soft_findings(dossier: ClaimDossier, findings: Sequence[ClaimFinding]) -> Iterator[Doubt]:
    """A soft clause that was broken, or conduct that is to be looked at, each with the finding's own words."""
    for one in findings:
        rule = next((rule for rule in dossier.book.rules if rule.id == one.finding.rule), None)
        if rule is None or one.finding.status is not Status.UNPROVEN:
            continue
        if rule.hardness is Hardness.SOFT and one.finding.reason in _BROKEN:
            yield SOFT.raised(dossier, one.finding.text, one.trainees, rule=rule.id)
        recorded = any(own.text.zh in one.finding.text.zh for own in own_measures(dossier, breach=False))
        if one.finding.reason == "SANCTIONS_NOT_SHOWN" and (dossier.claim.sanctions or recorded):
            yield FLAGGED.raised(dossier, one.finding.text, one.trainees, rule=rule.id)


_BROKEN = frozenset({"REPEATED", "RELATION_BROKEN", "RATE_MISSED", "ABSENT", "OUT_OF_ORDER"})


def _soft_bounds(dossier: ClaimDossier, traces: Sequence[Trace]) -> Iterator[Doubt]:
    """The soft bounds that the money engines saw left, half days among them, once for each wording."""
    found: dict[tuple[str, Text], list[str]] = {}
    for trace in traces:
        for flag in trace.flags:
            found.setdefault((trace.rule, flag), []).append(trace.subject)
    for (rule, flag), people in found.items():
        yield SOFT.raised(dossier, flag, people, rule=rule)


def _short_hours(dossier: ClaimDossier) -> Iterator[Doubt]:
    """Timetabled hours shorter than the class hour of A1 count as one each, and are shown."""
    shortest = 60 * dossier.book.assumptions.class_hour.minutes
    short = [hour.id for hour in dossier.attendance.hours if hour.span.length_s < shortest]
    if short and dossier.book.assumptions.class_hour.prefer_timetable:
        minutes = shortest // 60
        text = Text(
            f"{len(short)} 个学时短于 {minutes} 分钟（A1）",
            f"{counted(len(short), 'class hour')} under {counted(minutes, 'minute')} (A1)",
        )
        yield SHORT_HOURS.raised(dossier, text, hours=short)
