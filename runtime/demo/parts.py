"""Classes of one kind each, made of the hours of the class that was drawn."""

from dataclasses import replace

from facts.span import local_day
from facts.verdict import Status
from pipeline.verification.outcome import outcome
from pipeline.verification.report import ClassInputs, ReportOrigin, prepare
from pipeline.verification.report import report as judged
from report.document import document
from runtime.demo.people import SECOND
from runtime.verification.command import VerificationResult
from runtime.verification.law import law_of


def part_of(made: VerificationResult, code: str, name: str, status: Status) -> VerificationResult:
    """A class made of those hours of the sample that ended in one way: the same facts, told by the same code."""
    whole = made.report
    verdicts = tuple(one for one in whole.verdicts if one.status is status)
    ids = {one.hour_id for one in verdicts}
    course = replace(
        whole.training_class, id=code, name=name, institution=replace(whole.training_class.institution, name=SECOND)
    )
    report = replace(
        whole,
        training_class=course,
        hours=tuple(one for one in whole.hours if one.id in ids),
        verdicts=verdicts,
        attendance=tuple(one for one in whole.attendance if one.hour_id in ids),
        doubts=tuple(one for one in whole.doubts if one.hours and ids.issuperset(one.hours)),
    )
    shown = {key: data for key, data in made.pictures.items() if key.partition(":")[2] in ids}
    return (
        VerificationResult(report, dict(document(report)), outcome(report), (), shown)
        if ids
        else replace(made, report=report)
    )


def unseen(made: VerificationResult, code: str, name: str) -> VerificationResult:
    """The same recordings and lists, judged as if nobody could look into the pictures: the evidence does not decide."""
    whole = made.report
    course = replace(
        whole.training_class, id=code, name=name, institution=replace(whole.training_class.institution, name=SECOND)
    )
    inputs = ClassInputs(
        course, whole.hours, whole.trainees, whole.checkins, whole.cameras, whole.segments, whole.inputs
    )
    law = law_of(inputs, local_day(whole.made_at), whole.policy.id if whole.policy else "")
    found = judged(prepare(inputs, law), {}, ReportOrigin(whole.tool, whole.made_at, whole.versions, whole.senses))
    return part_of(VerificationResult(found, dict(document(found)), outcome(found)), code, name, Status.UNPROVEN)
