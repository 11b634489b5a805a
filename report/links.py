"""Where a page shows a class hour, a day and a doubt: on itself, or on the console's pages of the class."""

from collections.abc import Mapping
from dataclasses import dataclass

from report.panel import anchors
from report.schema import HourEntry, ReportDocument
from report.times import day_of


@dataclass(frozen=True, slots=True)
class Links:
    """The report links within itself; ``base`` is the address of the class where its pages are apart."""

    anchors: Mapping[str, str]
    base: str = ""

    @classmethod
    def of(cls, document: ReportDocument, base: str = "") -> "Links":
        """The links of one document."""
        return cls(anchors(document), base)

    def hour(self, hour: HourEntry) -> str:
        """The line of a class hour."""
        anchor = f"#{self.anchors[hour['id']]}"
        return f"{self.base}/days/{day_of(hour['span'])}{anchor}" if self.base else anchor

    def day(self, day: str) -> str:
        """The day's strip."""
        return f"{self.base}/days/{day}" if self.base else f"#day-{day}"

    def doubt(self, no: int) -> str:
        """The doubt with its innocent explanations."""
        return f"{self.base}/doubts#doubt-{no}" if self.base else f"#doubt-{no}"

    @property
    def inputs(self) -> str:
        """The files that were handed in."""
        return f"{self.base}/inputs" if self.base else "#inputs"
