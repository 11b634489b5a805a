"""Public notice before payment, and days by which something is done (process.deadline)."""

from collections.abc import Iterator
from datetime import date, timedelta

from claims.answers import AnswerWords, ClaimDossier, answer
from claims.outcome import ClaimFinding
from facts.claim import Notice
from facts.counting import counted
from facts.errors import SetupError
from facts.step import Step
from facts.text import Text
from facts.verdict import Status
from policy.kinds import ProcessDeadline
from policy.rulebook import Rule
from policy.workdays import add_workdays, is_workday, workdays_between


def process_deadline(dossier: ClaimDossier, rule: Rule, params: ProcessDeadline) -> Iterator[ClaimFinding]:
    """A calendar day, or a notice of so many working days that ends before the money flows."""
    if not dossier.case.binds(rule):
        yield answer(
            rule,
            Status.UNPROVEN,
            AnswerWords("PROGRAMME_NOT_KNOWN", Text("培训类别未知", "the programme is not known")),
        )
    elif params.month is not None and params.day is not None:
        yield _by_day(dossier, rule, params, params.month, params.day)
    else:
        yield _notice(dossier, rule, params)
        if params.contents:
            yield _contents(dossier, rule, params)


def _by_day(dossier: ClaimDossier, rule: Rule, params: ProcessDeadline, month: int, day: int) -> ClaimFinding:
    """Counted from the year in which the class ended; a step still to come is late only once the day is over."""
    event, ended = params.event, dossier.case.claim.last_day
    done = dossier.class_day(event)
    if ended is None:
        text = Text("结课日期未知，无法起算", "the last day of the class is not known")
        return answer(
            rule, Status.UNPROVEN, AnswerWords("NO_CLASS_DAYS", text, Text("请提供开班报告", "show the opening report"))
        )
    limit = date(ended.year + params.years_later, month, day)
    if done is not None:
        late = done > limit
        text = Text(f"{event.zh} {done}，期限 {limit}", f"{event.en} {done}, due by {limit}")
        return answer(rule, Status.FAIL if late else Status.PASS, AnswerWords("LATE" if late else "IN_TIME", text))
    to_come = event.value == Step.PAY and dossier.claim.paid is False
    if to_come and dossier.as_of > limit:
        text = Text(f"尚未{event.zh}，期限 {limit} 已过", f"no {event.en} yet, it was due by {limit}")
        return answer(rule, Status.FAIL, AnswerWords("LATE", text))
    text = Text(f"未见{event.zh}日期，期限 {limit}", f"the day of {event.en} is not shown, due by {limit}")
    remedy = Text(f"请于 {limit} 前{event.zh}，并提供日期", f"{event.en} by {limit}, and show its day")
    return answer(rule, Status.UNPROVEN, AnswerWords("NOT_YET_DUE" if to_come else "NOT_SHOWN", text, remedy))


def _notice(dossier: ClaimDossier, rule: Rule, params: ProcessDeadline) -> ClaimFinding:
    """Both days of the notice count; the money flows on a later day."""
    least, notices = params.min_workdays or 0, dossier.claim.notices
    if notices is None:
        return answer(rule, Status.UNPROVEN, _not_shown("NOTICE_NOT_SHOWN"))
    if not notices:
        return answer(rule, Status.FAIL if _paid_by(dossier) else Status.UNPROVEN, _not_shown("NO_NOTICE"))
    notice = max(notices, key=lambda one: (one.last or date.min, one.first or date.min))
    if notice.first is None or notice.last is None:
        return answer(rule, Status.UNPROVEN, _not_shown("NOTICE_DAYS_NOT_SHOWN"))
    return _lasted(dossier, rule, notice.first, notice.last, least)


def _lasted(dossier: ClaimDossier, rule: Rule, first: date, last: date, least: int) -> ClaimFinding:
    try:
        lasted, earliest = workdays_between(first, last), _earliest(first, least)
    except SetupError as error:
        text = Text(f"{first} 至 {last} 的工作日历未载入", "the official calendar of these days is not loaded")
        return answer(rule, Status.UNPROVEN, AnswerWords("CALENDAR_NOT_KNOWN", text, Text(str(error), str(error))))
    numbers = {"workdays": float(lasted), "demanded": float(least)}
    span = f"{first} – {last}"
    paid = dossier.claim.payment_day
    if lasted < least:
        text = Text(
            f"公示 {span}，{lasted} 个工作日，少于 {least} 个", f"{span}: {counted(lasted, 'working day')} of {least}"
        )
        remedy = Text(f"公示延至 {earliest}，次日起方可拨付", f"extend it to {earliest}; pay after that day")
        return answer(rule, Status.FAIL, AnswerWords("NOTICE_TOO_SHORT", text, remedy, numbers))
    if paid is not None and paid <= last:
        text = Text(f"公示至 {last}，{paid} 已拨付", f"the notice ran to {last}, paid on {paid}")
        return answer(rule, Status.FAIL, AnswerWords("PAID_BEFORE_NOTICE_ENDED", text, numbers=numbers))
    if paid is None and (dossier.claim.paid is not False or dossier.as_of <= last):
        text = Text(f"公示 {span}；拨付日未知或公示未满", f"{span}: payment day not known, or the notice still runs")
        remedy = Text(f"{last} 之后方可拨付；已拨付的请提供日期", f"pay after {last}; if paid, give the day")
        return answer(rule, Status.UNPROVEN, AnswerWords("NOTICE_RUNNING", text, remedy, numbers))
    text = Text(f"公示 {span}，{lasted} 个工作日", f"{span}: {counted(lasted, 'working day')}")
    return answer(rule, Status.PASS, AnswerWords("NOTICE_KEPT", text, numbers=numbers))


def _earliest(first: date, least: int) -> date:
    """The last day that a notice begun on that day needs."""
    day = first
    while not is_workday(day):
        day += timedelta(days=1)
    return add_workdays(day, max(0, least - 1))


def _contents(dossier: ClaimDossier, rule: Rule, params: ProcessDeadline) -> ClaimFinding:
    shown = [one for one in dossier.claim.notices or () if one.contents is not None]
    if not shown:
        return answer(rule, Status.UNPROVEN, _not_shown("CONTENTS_NOT_SHOWN"))
    best = min((_lacking(one, params.contents) for one in shown), key=len)
    if best:
        text = Text(f"公示缺：{'、'.join(best)}", f"the notice lacks {', '.join(best)}")
        return answer(
            rule,
            Status.FAIL,
            AnswerWords("CONTENTS_LACKING", text, Text("请补充内容重新公示", "publish it again in full")),
        )
    text = Text(f"公示内容齐全：{'、'.join(params.contents)}", "the notice names all that it must")
    return answer(rule, Status.PASS, AnswerWords("CONTENTS_COMPLETE", text))


def _lacking(notice: Notice, contents: tuple[str, ...]) -> list[str]:
    return [name for name in contents if name not in (notice.contents or ())]


def _paid_by(dossier: ClaimDossier) -> bool:
    return dossier.claim.payment_day is not None or dossier.claim.paid is True


def _not_shown(reason: str) -> AnswerWords:
    text = Text("未见公示的起止日期或内容", "the days or contents of the public notice are not shown")
    return AnswerWords(
        reason, text, Text("请提供公示截图或公告（起止日、内容、载体）", "show the notice: days, contents, where")
    )
