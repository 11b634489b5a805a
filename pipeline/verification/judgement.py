"""A report judged again from its own facts: by whoever checks a package, and after a person reviewed an hour."""

from collections.abc import Sequence
from dataclasses import replace

from attendance.law import Law
from facts.counting import counted
from facts.errors import InputError
from facts.report import ClassReport
from facts.review import Review, ReviewAnswer, ReviewSubject
from facts.sighting import View
from facts.verdict import HourVerdict
from pipeline.reviews.sheet import picked
from pipeline.verification.ports import LookJob, LookResult
from pipeline.verification.replays import unsettled
from pipeline.verification.report import ClassInputs, ReportOrigin, VerificationCase, plan, prepare, report


def judged_again(sealed: ClassReport, law: Law) -> ClassReport:
    """The judgement that follows from the facts of a report; nothing that was judged before is believed."""
    case = case_again(sealed, law)
    lapses = {verdict.hour_id: verdict.lapses for verdict in sealed.verdicts}
    found: dict[str, list[LookResult]] = {}
    for job, view in zip(jobs_again(sealed, law), sealed.views, strict=True):
        own = found.setdefault(job.hour_id, [])
        own.append(LookResult(view, () if own else lapses.get(job.hour_id, ())))
    origin = ReportOrigin(sealed.tool, sealed.made_at, sealed.versions, sealed.senses)
    return report(case, found, origin, sealed.replays, sealed.recognition)


def case_again(sealed: ClassReport, law: Law) -> VerificationCase:
    """The class laid out as it was judged."""
    inputs = ClassInputs(
        sealed.training_class,
        sealed.hours,
        sealed.trainees,
        sealed.checkins,
        sealed.cameras,
        sealed.segments,
        sealed.inputs,
        sealed.settings,
        sealed.reviews,
        sealed.code_keys,
        sealed.settled,
        sealed.origins,
    )
    return prepare(inputs, replace(law, training_class=sealed.training_class))


def jobs_again(sealed: ClassReport, law: Law) -> Sequence[LookJob]:
    """What was looked at, one job for each view; refused where this version would look elsewhere."""
    jobs = plan(case_again(sealed, law))
    if [(job.camera_id, job.span) for job in jobs] != [(view.camera_id, view.span) for view in sealed.views]:
        raise InputError(
            f"facts: got {counted(len(sealed.views), 'view')}, expected those of the {counted(len(jobs), 'stretch')} that this version looks"
            " at; judge again with the version named in the package"
        )
    return jobs


def picked_reviews(sealed: ClassReport) -> tuple[Review, ...]:
    """The reviews of heads whose frames are not those that the evidence chose; anybody can ask, years later."""
    return tuple(
        review
        for review in sealed.reviews
        if review.subject is ReviewSubject.VIEW and review.first.answer is not ReviewAnswer.UNCLEAR
        if any(picked(view, review) for view in sealed.views if _looked_at(view, review))
    )


def _looked_at(view: View, review: Review) -> bool:
    return view.camera_id == review.camera_id and view.span.covers(review.window)


def hour_judged_again(whole: ClassReport, law: Law, hour_id: str) -> HourVerdict:
    """One class hour judged again, with the reviews that the report holds."""
    hour = next(one for one in whole.hours if one.id == hour_id)
    own = next(one for one in whole.verdicts if one.hour_id == hour_id)
    case = replace(case_again(whole, law), replays=unsettled(whole.replays, whole.settled))
    views = [view for job, view in zip(jobs_again(whole, law), whole.views, strict=True) if job.hour_id == hour_id]
    return case.judged_hour(hour, views, own.lapses)
