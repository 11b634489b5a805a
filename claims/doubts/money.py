"""Doubts about sums: more claimed than shown, people paid for whom nobody saw, everybody at the cap or at the edge."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from claims.answers import ClaimDossier
from claims.doubts.kinds import DETECTOR_LIMITS, signal
from claims.outcome import PersonScreen
from claims.trace import NOTHING, summed
from claims.trace_text import money_words
from facts.money import Fen
from facts.text import Text
from facts.verdict import Doubt, Status
from policy.kinds import MoneyHeads, MoneyPerUnit, RateThreshold
from policy.kinds.base import per_cent

OVERCLAIMED = signal(
    "OVERCLAIMED",
    30,
    "F15",
    ("申领表按计划天数填写，未按实际到课", "the form was filled by plan, not by attendance"),
    ("录像或打卡尚未补齐", "recordings or check-ins are still to come"),
)
CLAIMED_TIME = signal(
    "CLAIMED_TIME_ABOVE_VERDICTS",
    30,
    "F11",
    ("补课未录入课表", "make-up hours are not on the timetable"),
)
NEVER_SEEN = signal(
    "PAID_BUT_NEVER_SEEN",
    60,
    "F1",
    ("改名、换证，花名册未更新", "the name or card changed and the roster did not"),
    ("转入其他班期", "moved to another class"),
)
CLASS_SUM = signal("HEADER_SUM_DIFFERS", 10, "F15", ("表头含其他补贴项目", "the header holds another subsidy too"))
ALL_AT_CAP = signal(
    "ALL_AT_CAP",
    10,
    "F19",
    ("课程本来就按上限天数设计", "the course was designed for that many days"),
    clause=RateThreshold,
)
AT_THE_EDGE = signal(
    "RATE_JUST_REACHED",
    60,
    "F19",
    ("招工人数事先约定", "the number of jobs was agreed beforehand"),
    ("小班人数少，比率跳跃大", "in a small class one person moves the rate a lot"),
)


def money_doubts(
    dossier: ClaimDossier, people: Sequence[PersonScreen], others: Sequence[PersonScreen]
) -> Iterator[Doubt]:
    """Every doubt about a sum."""
    yield from _overclaimed(dossier, (*people, *others))
    yield from _claimed_time(dossier, people)
    yield from _never_seen(dossier, people)
    yield from _header(dossier)
    yield from _all_at_cap(dossier, people)
    yield from _at_the_edge(dossier)


def _overclaimed(dossier: ClaimDossier, parts: Sequence[PersonScreen]) -> Iterator[Doubt]:
    """Claimed beyond what evidence supports and beyond what it could still support: the rule that pays is cited."""
    for one in parts:
        over = NOTHING if one.claimed is None else one.claimed - one.supported - one.unproven
        if over > NOTHING and not one.open_ended:
            stopped = [item.rule for item in one.withheld if item.status is Status.FAIL]
            rule = next(iter((*stopped, *(trace.rule for trace in one.traces))), "")
            sums = [money_words(amount, "en") for amount in (one.claimed or NOTHING, one.supported, one.unproven, over)]
            fund = f"（{one.recipient}，{one.fund}）" if one.fund else ""
            text = Text(
                f"{one.trainee}{fund} 申领 {one.claimed}，核定可支持 {one.supported}，存疑待核 {one.unproven}，超出 {over}",
                f"{one.trainee}{fund}: {sums[0]} claimed, {sums[1]} supported, {sums[2]} unproven, {sums[3]} beyond",
            )
            yield OVERCLAIMED.raised(dossier, text, [one.trainee], rule=rule)


def _claimed_time(dossier: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    times = {one.trainee: one.time for one in people}
    for person in dossier.people:
        key = dossier.shown[person.key]
        time = times[key]
        if time is None:
            continue
        pairs = (
            (person.claimed_days, time.days_if_proven, "天", "days"),
            (person.claimed_hours, time.hours_if_proven, "学时", "hours"),
        )
        for claimed, held, zh, en in pairs:
            if claimed is not None and claimed > held:
                text = Text(
                    f"{key} 申领 {claimed} {zh}，核验至多 {held} {zh}",
                    f"{key}: {claimed} {en} claimed, at most {held} verified",
                )
                yield CLAIMED_TIME.raised(dossier, text, [key], hours=time.failed_hours)


def _never_seen(dossier: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    asked = {dossier.shown[one.key] for one in dossier.people if one.claimed is not None and one.claimed > NOTHING}
    ghosts = [
        one.trainee for one in people if one.trainee in asked and one.time is not None and not one.time.hours_if_proven
    ]
    if ghosts and dossier.attendance.hours:
        text = Text(
            f"{len(ghosts)} 人申领了补贴，但没有任何学时的到课记录",
            f"{len(ghosts)} claimed for without a record of any class hour",
        )
        yield NEVER_SEEN.raised(dossier, text, ghosts)


def _header(dossier: ClaimDossier) -> Iterator[Doubt]:
    sums = [one.claimed for one in dossier.claim.people]
    total = dossier.claim.claimed
    if total is None or None in sums or not sums:
        return
    shown = summed(one for one in sums if one is not None)
    if shown != total:
        text = Text(
            f"表头申领 {total}，逐人合计 {shown}",
            f"the header claims {money_words(total, 'en')}, the people add up to {money_words(shown, 'en')}",
        )
        yield CLASS_SUM.raised(dossier, text)


def _all_at_cap(dossier: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    """Every person's claim is exactly the cap of the rule that pays by day or hour."""
    caps = {
        rule.id: Fen.yuan(params.cap_yuan) for rule, params in dossier.book.of_kind(MoneyPerUnit) if params.cap_yuan
    }
    for rule_id, cap in caps.items():
        rule = dossier.book.rule(rule_id)
        claimed = [one.claimed for one in people]
        if (
            dossier.case.binds(rule)
            and len(people) >= DETECTOR_LIMITS.at_cap_people
            and all(one == cap for one in claimed)
        ):
            text = Text(
                f"全部 {len(people)} 人均按上限 {cap} 申领",
                f"all {len(people)} claim the cap of {money_words(cap, 'en')}",
            )
            yield ALL_AT_CAP.raised(dossier, text, [one.trainee for one in people])


def _at_the_edge(dossier: ClaimDossier) -> Iterator[Doubt]:
    """The rate stands exactly on the threshold, so that one person fewer would have changed the sum."""
    thresholds = {rule.id: params.threshold for rule, params in dossier.book.of_kind(MoneyHeads)}
    for one in dossier.money.decisions:
        bound = thresholds.get(one.rule, Fraction(0))
        if one.rate.least == one.rate.most == bound:
            text = Text(
                f"{one.rate.words.zh}，恰好等于界线 {per_cent(bound)}", f"{one.rate.words.en}, exactly the bound"
            )
            yield AT_THE_EDGE.raised(dossier, text, rule=one.rule)
