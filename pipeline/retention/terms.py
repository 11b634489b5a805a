"""Until when a class's files are kept, and what the register remembers of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from facts.counting import counted
from facts.report import ClassReport, InputFile
from facts.retention import Category, Term, Use
from facts.span import local_day
from facts.text import Text
from pipeline.retention.duty import KnownDays, duty, terms_of
from policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """Until when the evidence must be kept, and the rule that says so."""

    until: datetime
    rule: str
    text: Text


def retention_period(books: Sequence[Rulebook], whole: ClassReport, *, longest_years: int) -> RetentionPeriod:
    """The longest duty of anything in the class: recordings and papers may be kept for different times."""
    terms = {kind: terms_of_class(books, whole, kind, longest_years) for kind in (Category.VIDEO, Category.PAPERS)}
    present = [Category.VIDEO] if whole.segments else []
    known = known_days_of(whole, None)
    longest = max((duty(terms[kind], known) for kind in (*present, Category.PAPERS)), key=lambda one: one.until)
    if longest.rule:
        zh, en = f"留存至 {longest.last}（{longest.rule}）", f"kept until {longest.last} ({longest.rule})"
        return RetentionPeriod(longest.until, longest.rule, Text(zh, en))
    zh = f"留存至 {longest.last}（无现行留存条款，按已知文件最长的 {longest_years} 年）"
    en = f"kept until {longest.last} (no rule in force; the longest known, {counted(longest_years, 'year')})"
    return RetentionPeriod(longest.until, "", Text(zh, en))


def terms_of_class(
    books: Sequence[Rulebook], whole: ClassReport, category: Category, longest_years: int
) -> tuple[Term, ...]:
    """What the documents that bind the class ask of its recordings or its papers."""
    return terms_of(books, category, whole.training_class, known_days_of(whole, None).class_end, longest_years)


def known_days_of(whole: ClassReport, file: InputFile | None) -> KnownDays:
    """The days that the duty for one file is counted from; for the whole class, its last recording."""
    hours = [hour.span.end for hour in whole.hours]
    footage = [one.span.end for one in whole.segments if one.span]
    recorded = footage if file is None else [file.span.end] if file.span else []
    class_end = local_day(max(hours or footage or [whole.made_at]))
    return KnownDays(class_end, local_day(max(recorded)) if recorded else None)


def use_of(
    books: Sequence[Rulebook], whole: ClassReport, file: InputFile, *, longest_years: int, paid: date | None = None
) -> Use:
    """Why the class keeps this file and until when; the file's own name, which may be a person's, stays out of it."""
    category = Category.VIDEO if file.role == "recording" else Category.PAPERS
    terms = terms_of_class(books, whole, category, longest_years)
    known = replace(known_days_of(whole, file), paid=paid)
    longest, course = duty(terms, known), whole.training_class
    return Use(
        course.id,
        category,
        " ".join(filter(None, (file.role, file.camera_id))),
        course.institution.name,
        known.class_end,
        longest.rule,
        longest.base,
        longest.until,
        *_days(whole, file),
        known.recorded_end,
        paid,
        terms,
    )


def _days(whole: ClassReport, file: InputFile) -> tuple[date | None, date | None]:
    """The days that the file speaks of: its own, or where it has no time, as a list has none, all days of the class."""
    spans = [file.span] if file.span else [hour.span for hour in whole.hours]
    first = min((local_day(span.start) for span in spans), default=None)
    return first, max((local_day(span.end) for span in spans), default=None)
