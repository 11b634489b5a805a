"""What a package says about one class day, and how anybody judges it again from what the package holds."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from attendance.law import Law
from facts.codec import plain
from facts.errors import InternalError
from facts.recognition import Recognition
from facts.report import ClassReport, InputFile, PolicyRef
from facts.span import SHANGHAI, Span, local_day
from facts.text import Text
from facts.verdict import Finding, HourVerdict
from pipeline.sealing.pseudonyms import ClassMask, Pseudonyms
from pipeline.sealing.seal_words import said_alike
from pipeline.verification.judgement import jobs_again, judged_again
from policy.rulebook import Rulebook

_ONE_DAY = timedelta(days=1)


def class_days(whole: ClassReport) -> tuple[date, ...]:
    """The days that get a package each."""
    return tuple(sorted({local_day(hour.span.start) for hour in whole.hours}))


def facts_of_day(whole: ClassReport, law: Law, day: date) -> ClassReport:
    """The facts of one class day: its hours, check-ins and views; files of other days only as far as rooms need them."""
    hours = tuple(hour for hour in whole.hours if local_day(hour.span.start) == day)
    ids = {hour.id for hour in hours}
    inputs = tuple(file for file in whole.inputs if of_day(file, day))
    digests = {file.digest for file in inputs}
    views = tuple(view for job, view in zip(jobs_again(whole, law), whole.views, strict=True) if job.hour_id in ids)
    return replace(
        whole,
        hours=hours,
        verdicts=tuple(verdict for verdict in whole.verdicts if verdict.hour_id in ids),
        checkins=tuple(one for one in whole.checkins if local_day(one.at) == day),
        inputs=inputs,
        origins=tuple(one for one in whole.origins if one.digest in digests),
        views=views,
        reviews=tuple(one for one in whole.reviews if one.hour_id in ids),
        replays=tuple(one for one in whole.replays if ids & {one.hour_id, one.there.hour_id}),
        recognition=_recognition(whole.recognition, ids),
    )


def _recognition(found: Recognition | None, ids: Collection[str]) -> Recognition | None:
    """What faces said of these hours; the counts are those of the whole class."""
    if found is None:
        return None
    trainees = tuple(one for one in found.trainees if one.hour_id in ids)
    return replace(found, trainees=trainees, links=tuple(one for one in found.links if one.hour_id in ids))


def of_day(file: InputFile, day: date) -> bool:
    """Whether the file says anything about the day: lists say something about all of them, and so may undated footage."""
    return file.span is None or file.span.overlaps(_whole_day(day))


def _whole_day(day: date) -> Span:
    start = datetime.combine(day, time(), SHANGHAI)
    return Span(start, start + _ONE_DAY)


def sealed_facts(whole: ClassReport, law: Law, day: date, pseudonyms: Pseudonyms | None) -> ClassReport:
    """The report that a package of the day holds: judged from the very facts that it holds, masked or not."""
    own = facts_of_day(whole, law, day)
    if pseudonyms:
        own = ClassMask.of(pseudonyms, whole).report(own)
    judged = judged_again(own, law)
    said = {verdict.hour_id: _essence(verdict) for verdict in whole.verdicts}
    for verdict in judged.verdicts:
        if _essence(verdict) != said[verdict.hour_id]:
            raise InternalError(
                f"{verdict.hour_id}: got another verdict from the facts of the package than from the class folder;"
                " nothing was sealed: please report this"
            )
    return judged


def _essence(verdict: HourVerdict) -> object:
    findings = [(item.rule, item.status, item.reason, dict(item.numbers)) for item in verdict.findings]
    return verdict.status, findings, verdict.expected, verdict.roster, verdict.headcount, verdict.window


def differences(sealed: ClassReport, again: ClassReport) -> Iterator[Text]:
    """Every part of the judgement in which the two reports differ."""
    before = {verdict.hour_id: verdict for verdict in sealed.verdicts}
    for verdict in again.verdicts:
        was = before.pop(verdict.hour_id, None)
        if was is None or not said_alike(plain(was), plain(verdict)):
            said = f"{was.status.zh}" if was else "没有结论"
            said_en = f"{was.status.en}" if was else "no verdict"
            yield Text(
                f"{verdict.hour_id}：包内为{said}，重新判定为{verdict.status.zh}{_why(was, verdict)[0]}",
                f"{verdict.hour_id}: {said_en} in the package, {verdict.status.en} when judged again{_why(was, verdict)[1]}",
            )
    for hour_id in before:
        yield Text(f"{hour_id}：包内有结论而没有这个学时", f"{hour_id}: a verdict without a class hour")
    for zh, en, old, new in (
        ("出勤", "attendance", sealed.attendance, again.attendance),
        ("疑点", "doubts", sealed.doubts, again.doubts),
        ("假设", "assumptions", sealed.assumptions, again.assumptions),
        ("条文", "clauses", sealed.clauses, again.clauses),
        ("政策文件", "the rulebook", sealed.policy, _as_told(again.policy, sealed.policy)),
    ):
        if not said_alike(plain(old), plain(new)):
            yield Text(f"{zh}与重新判定的不同", f"{en} differ when judged again")


def _as_told(policy: PolicyRef | None, sealed: PolicyRef | None) -> PolicyRef | None:
    """Packages of 0.1 name no version of their document; the text itself lies in them."""
    if policy is None or sealed is None or sealed.sha256:
        return policy
    return replace(policy, version=sealed.version, sha256="")


def _why(was: HourVerdict | None, now: HourVerdict) -> tuple[str, str]:
    if was is None or was.status is not now.status:
        return "", ""
    return "（依据不同）", " (on other grounds)"


def law_again(sealed: ClassReport, book: Rulebook | None, none_because: Finding | None) -> Law:
    """The law as the package holds it; with both, a document that had lapsed was tried."""
    return Law(sealed.training_class, local_day(sealed.made_at), book, none_because)


def statuses(document: Mapping[str, object]) -> dict[str, str]:
    """What the readable report says of each class hour."""
    hours = document.get("hours")
    items = hours if isinstance(hours, list) else []
    return {str(item.get("id")): str(item.get("status")) for item in items if isinstance(item, dict)}
