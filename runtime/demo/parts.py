"""Classes of one kind each, made of the hours of the class that was drawn."""

from dataclasses import replace

from facts.verdict import Status
from pipeline.verification.outcome import outcome
from report.document import document
from runtime.demo.people import SECOND
from runtime.verification.command import VerificationResult


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
