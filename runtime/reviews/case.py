"""One class hour opened for review: its newest report, the sheet that a person marks, and the recordings behind it."""

from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import Connection

from attendance.law import Law
from facts.codec import loads
from facts.course import ClassHour
from facts.errors import ConflictError, NotFoundError
from facts.report import ClassReport
from facts.review import Review, ReviewSubject
from facts.sighting import View
from facts.span import local_day
from facts.text import Text
from facts.verdict import HourVerdict
from pipeline.reviews.sheet import ReviewSheet, review_sheet
from pipeline.verification.judgement import case_again, hour_judged_again
from pipeline.verification.report import ClassInputs
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_within
from runtime.verification.law import law_as_judged
from storage.database.classes.classes import ClassRow
from storage.database.verification.reports import facts_of

_REMEMBERED = 4  # reports; one of a whole class is some megabytes of facts


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One class hour of the newest report, the law by which it was judged, and what a reviewer is asked to mark."""

    owner: ClassRow
    report_id: int
    report: ClassReport
    law: Law
    hour: ClassHour
    sheet: ReviewSheet | Text

    @property
    def verdict(self) -> HourVerdict:
        """The hour's verdict as it stands."""
        return next(one for one in self.report.verdicts if one.hour_id == self.hour.id)

    @property
    def view(self) -> View:
        """The machine's view of the stretch that the sheet is about."""
        sheet = self.marked_sheet
        return next(
            view for view in self.report.views if view.camera_id == sheet.camera_id and view.span.covers(sheet.window)
        )

    @property
    def marked_sheet(self) -> ReviewSheet:
        """The sheet, where there is one."""
        if isinstance(self.sheet, Text):
            raise ConflictError(self.sheet.en, "an hour that a review can settle", "see the hour's findings")
        return self.sheet

    def rule_of(self, subject: ReviewSubject) -> str | None:
        """The rule whose finding a review of this subject changes."""
        asked = self.law.on(self.hour)
        if subject is ReviewSubject.VIEW:
            return asked.view_rule
        return asked.continuity.clause.rule if asked.continuity else None

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules whose findings reviews can change."""
        return tuple(rule for subject in ReviewSubject if (rule := self.rule_of(subject)))

    def judged_with(self, review: Review) -> HourVerdict:
        """The hour as it would stand with this review, and what was settled of its other subject."""
        others = tuple(
            one for one in self.report.reviews if one.hour_id != self.hour.id or one.subject is not review.subject
        )
        return hour_judged_again(replace(self.report, reviews=(*others, review)), self.law, self.hour.id)


def review_case(service: Service, connection: Connection, caller: Caller, class_id: int, index: int) -> ReviewCase:
    """The hour of that index of the newest report, as pages number them."""
    owner = class_for(connection, caller, class_id)
    if owner.report_id is None:
        raise NotFoundError("报告", "report of this class")
    report = _report(owner.report_id, facts_of(connection, owner.report_id))
    ordered = sorted(report.hours, key=lambda hour: (hour.span, hour.room, hour.id))
    if not 0 <= index < len(ordered):
        raise NotFoundError("学时", "class hour of this class")
    shelf = shelf_within(connection, service.settings, local_day(service.clock()))
    law = law_as_judged(ClassInputs(report.training_class), report, shelf)
    hour = ordered[index]
    sheet = review_sheet(case_again(report, law), report.views, hour.id)
    return ReviewCase(owner, owner.report_id, report, law, hour, sheet)


@lru_cache(maxsize=_REMEMBERED)
def _report(_number: int, facts: str) -> ClassReport:
    return loads(ClassReport, facts)
