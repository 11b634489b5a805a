"""A timetable's cell to its lessons, with what must be said where it plans none or several."""

from collections.abc import Iterator
from dataclasses import replace

from ingest.tables.cell_entries import CellEntry, cell_entries, lessons_beside, lines_beside
from ingest.tables.cells import plain
from ingest.tables.fault import Faults
from ingest.tables.lesson_words import says_moved, shown_nothing

_SHOWN = 20


def lessons_of(text: str, where: str, place: str, faults: Faults) -> Iterator[CellEntry]:
    """The lessons that the cell plans for sure; what is taken back or put elsewhere is a fault to confirm."""
    if words := shown_nothing(text):
        tell_nothing(words, where, faults)
    elif says_moved(text):
        tell_moved(text, place, faults)
    else:
        entries = cell_entries(text)
        if lessons_beside(text):
            shown = plain(text)[:_SHOWN]
            faults.fault(
                place,
                f"“{shown}”像是同时写了几门课、几位教师或几间教室，现按 1 门课计；请分开写，单双周轮换请写明“单周”“双周”",
                f"{shown!r} seems to name several lessons, teachers or rooms and was counted as one; write them apart, "
                "and 单周 or 双周 beside those of alternating weeks",
            )
        elif lines_beside(text):
            shown = plain(text)[:_SHOWN]
            faults.note(
                place,
                f"“{shown}”写在几行里，按 1 门课计；若是几门课，请分开写",
                f"{shown!r} stands in several lines and was counted as one lesson; write several apart",
            )
        yield from (replace(each, subject=" ".join(each.subject.split())) for each in entries)


def tell_nothing(words: str, where: str, faults: Faults) -> None:
    """The note that such words plan no class hour."""
    faults.note(
        where,
        f"写的是“{words[:_SHOWN]}”的格不计学时；若有课，请写课程名称",
        f"cells that say {words[:_SHOWN]!r} plan no class hour; write the subject if there is one",
    )


def tell_moved(text: str, place: str, faults: Faults) -> None:
    """The fault of a lesson that is taken back or put elsewhere."""
    shown = plain(text)[:_SHOWN]
    faults.fault(
        place,
        f"“{shown}”看不出这节课上不上、改在哪天，未计学时；不上请只写“停课”，上就只写课程，改期请在改到的那天写明",
        f"{shown!r} does not say whether, or on which day, the lesson is taught: it was not counted; write 停课 alone if "
        "it is not, the subject alone if it is, and a moved lesson on its new day",
    )
