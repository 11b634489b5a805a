from dataclasses import dataclass

from facts.report import ClassReport
from report.mask import Mask
from report.people import People


@dataclass(frozen=True, slots=True)
class ReportSource:
    """The report that a document is made of, with its roster by number and the mask for everything it says."""

    report: ClassReport
    mask: Mask
    people: People

    @classmethod
    def of(cls, report: ClassReport) -> "ReportSource":
        """Everything that the entries of a document are joined from."""
        return cls(report, Mask.of(report), People(report.trainees))
