from collections import Counter
from collections.abc import Sequence

from facts.report import ClassReport
from facts.verdict import Status
from report.schema import DoubtEntry, HourEntry, InputEntry, RangeEntry, SummaryEntry
from report.times import day_of

TO_DO = (Status.FAIL.value, Status.UNPROVEN.value)


def summary(
    report: ClassReport, hours: Sequence[HourEntry], doubts: Sequence[DoubtEntry], inputs: Sequence[InputEntry]
) -> SummaryEntry:
    """The counts of the cover, each taken from the entries beside it."""
    seen = Counter(hour["status"] for hour in hours)
    return {
        "hours": len(hours),
        "statuses": {status.value: seen[status.value] for status in Status},
        "days": len({day_of(hour["span"]) for hour in hours}),
        "roster": max([len(report.trainees), *(hour["roster"] or 0 for hour in hours)]),
        "expected": _range([hour["expected"] for hour in hours]),
        "to_do": sum(seen[status] for status in TO_DO),
        "doubts": len(doubts),
        "inputs": len(inputs),
        "faulty_inputs": sum(1 for item in inputs if item["faults"]),
        "cameras": len({item["camera"] for item in inputs if item["camera"]}),
        "checkins": len(report.checkins),
    }


def _range(values: Sequence[int | None]) -> RangeEntry | None:
    known = [value for value in values if value is not None]
    return {"min": min(known), "max": max(known)} if known else None
