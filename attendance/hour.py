"""One class hour judged from its facts: a pure function that anyone can call again years later."""

from dataclasses import dataclass, replace
from datetime import timedelta

from attendance.clock_review import clock_correction
from attendance.continuity import judge_continuity
from attendance.continuity_case import RoomFootage
from attendance.demands import ContinuityDemand, Demands, SignInDemand
from attendance.headcount import joined_curves
from attendance.replays import sides_of, under_doubt
from attendance.review import ReviewedView, judge_review
from attendance.roster import Turnout
from attendance.runs import live_runs, runs_inside, runs_of
from attendance.times import hour_en, hour_zh
from attendance.view import ViewCase, ViewMeasurement, judge_view, window_of
from facts.counting import counted
from facts.footage import Run
from facts.headcount import curve_of
from facts.motion import Replay
from facts.review import Review
from facts.sighting import View
from facts.text import Text
from facts.verdict import Finding, Headcount, HourVerdict, Status, gravest


@dataclass(frozen=True, slots=True)
class HourFacts:
    """Everything that the evidence says about one class hour; ``replays`` are those that no person settled yet."""

    turnout: Turnout
    footage: RoomFootage
    views: tuple[View, ...] = ()
    review: Review | None = None
    clock_review: Review | None = None
    replays: tuple[Replay, ...] = ()


def judge_hour(facts: HourFacts, demands: Demands) -> HourVerdict:
    """Every rule in force applied to one class hour, and what they amount to together."""
    turnout = facts.turnout
    facts, continuity, on_camera_clock = _continuity(facts, demands)
    case = view_case(facts, demands)
    findings: list[Finding] = []
    seen: ViewMeasurement | None = None
    reviewed: ReviewedView | None = None
    if demands.notice:
        findings.append(demands.notice)
    if continuity:
        findings.append(continuity)
    finding: Finding | None = None
    if case:
        finding, seen = judge_view(case, facts.views)
        reviewed = judge_review(case, facts.review) if facts.review else None
        findings.append(_unless_seen_before(facts, reviewed.finding if reviewed else finding, reviewed, seen))
    if demands.sign_in:
        findings.append(_judge_sign_in(demands.sign_in, turnout))
    if demands.uncertain:
        findings = [_open(finding) for finding in findings]
    return HourVerdict(
        turnout.hour.id,
        gravest(finding.status for finding in findings) if findings else Status.NOT_APPLICABLE,
        tuple(findings),
        recorded_runs(facts, demands),
        tuple(lapse for lapse in facts.footage.lapses if lapse.span.overlaps(turnout.hour.span)),
        window_of(reviewed.seen if reviewed and reviewed.seen else seen),
        turnout.expected,
        len(turnout.roster) or None,
        _curve(facts.views, seen),
        finding if reviewed else None,
        on_camera_clock,
    )


def _unless_seen_before(
    facts: HourFacts, finding: Finding, reviewed: ReviewedView | None, seen: ViewMeasurement | None
) -> Finding:
    """People who marked heads did not see the other film: the doubt stands until somebody settled it."""
    hour = facts.turnout.hour
    window = window_of(reviewed.seen if reviewed and reviewed.seen else seen)
    # On a clock that was moved nothing says any more which of the minutes are meant.
    return under_doubt(finding, None if facts.clock_review else window, sides_of(facts.replays, hour.id), hour)


def _continuity(facts: HourFacts, demands: Demands) -> tuple[HourFacts, Finding | None, Finding | None]:
    """The facts on the clock that counts, the finding about the recording, and the machine's where people moved its clock."""
    hour, asked = facts.turnout.hour, demands.continuity
    machine = judge_continuity(hour, asked, facts.footage) if asked else None
    moved = clock_correction(hour, facts.clock_review)
    if moved is None or asked is None or machine is None:
        return facts, machine, None
    footage, views = moved.footage(facts.footage), moved.views(facts.views)
    review = moved.of(facts.review) if facts.review else None
    on_true_time = replace(facts, footage=footage, views=views, review=review)
    return on_true_time, moved.finding(machine, judge_continuity(hour, asked, footage)), machine


def _open(finding: Finding) -> Finding:
    """A rule that may not bind the class at all fails nothing."""
    return replace(finding, status=Status.UNPROVEN) if finding.status is Status.FAIL else finding


def _curve(views: tuple[View, ...], seen: ViewMeasurement | None) -> Headcount:
    """The whole hour's curve of the camera that the finding rests on, however many stretches it was seen in."""
    if seen is None:
        return Headcount()
    own = [view for view in views if view.camera_id == seen.view.camera_id]
    return joined_curves(curve_of(view) for view in own)


def view_case(facts: HourFacts, demands: Demands) -> ViewCase | None:
    """The question about the view, which looks only at live runs inside the hour."""
    if demands.whole_class is None:
        return None
    recorded = recorded_runs(facts, demands)
    live = live_runs(recorded, facts.footage.lapses)
    return ViewCase(
        facts.turnout.hour, demands.whole_class, facts.turnout.expected, live, recorded, facts.footage.cameras
    )


def recorded_runs(facts: HourFacts, demands: Demands) -> tuple[Run, ...]:
    """The runs inside the hour under the rulebook's tolerance."""
    return runs_inside(runs_of(facts.footage.segments, tolerance_of(demands.continuity)), facts.turnout.hour.span)


def tolerance_of(continuity: ContinuityDemand | None) -> timedelta:
    """How far apart two files of one camera may lie and still be one run (A5)."""
    return continuity.tolerance if continuity else timedelta(seconds=2)


def _judge_sign_in(demand: SignInDemand, turnout: Turnout) -> Finding:
    clause = demand.clause
    numbers = {
        "signed": float(len(turnout.signed)),
        "roster": float(len(turnout.roster)),
        "leave": float(len(turnout.on_leave)),
    }
    if not turnout.signed:
        text = Text("这一学时没有任何打卡记录", "no check-in of anybody for this class hour")
        remedy = Text(
            f"{hour_zh(turnout.hour)}请补充手机打卡导出表", f"{hour_en(turnout.hour)}: add the phone check-in export"
        )
        return Finding(clause.rule, Status.UNPROVEN, "NO_CHECKINS", text, numbers, clause.quote, clause.article, remedy)
    seldom = turnout.seldom(demand.per_half_day, demand.apart)
    if seldom:
        return _too_seldom(demand, turnout, len(seldom), numbers)
    earlier = ("（同一场次较早打卡沿用）", " (carried from earlier in the session)") if turnout.carried else ("", "")
    text = Text(
        f"打卡 {len(turnout.signed)} 人，花名册 {len(turnout.roster)} 人{earlier[0]}",
        f"{len(turnout.signed)} of {len(turnout.roster)} on the roster checked in{earlier[1]}",
    )
    return Finding(clause.rule, Status.PASS, "CHECKED_IN", text, numbers, clause.quote, clause.article)


def _too_seldom(demand: SignInDemand, turnout: Turnout, seldom: int, numbers: dict[str, float]) -> Finding:
    """Those who signed in too seldom are open, each for themselves; the class hour only where nobody did it often enough."""
    clause, least = demand.clause, demand.per_half_day
    enough = len(turnout.signed) - seldom
    text = Text(
        f"打卡 {len(turnout.signed)} 人，其中 {seldom} 人本半天打卡不足 {least} 次，这些人是否到课待核",
        f"{len(turnout.signed)} signed in, {seldom} of them fewer than {counted(least, 'time')} in the half day: theirs is open",
    )
    remedy = Text(
        f"{hour_zh(turnout.hour)}请补充这半天的全部打卡记录（含签退）",
        f"{hour_en(turnout.hour)}: add every sign-in of the half day, those at its end too",
    )
    status, reason = (Status.PASS, "CHECKED_IN") if enough else (Status.UNPROVEN, "CHECKED_IN_TOO_SELDOM")
    figures = {**numbers, "seldom": float(seldom)}
    return Finding(clause.rule, status, reason, text, figures, clause.quote, clause.article, remedy)
