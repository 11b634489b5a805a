"""The letter that goes with a measure (约谈通知、整改函、通报…): one A4 sheet to print and seal, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from facts.supervision import MeasureKind
from facts.text import Text
from report import palette
from report.jinja import templates
from report.pieces import say
from report.plain_text import clean


@dataclass(frozen=True, slots=True)
class LetterClause:
    """A clause by which the measure is taken, as the rulebook has it."""

    document: str
    article: str
    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class MeasureLetter:
    """What the letter says; ``about`` names class, claim and hours, ``people`` are masked."""

    number: int
    kind: MeasureKind
    paper: str
    institution: str
    about: tuple[Text, ...]
    people: tuple[str, ...]
    found: str
    asked: str
    level: str
    first: date
    last: date | None
    term: date | None
    stage: Text
    issued: bool
    clauses: tuple[LetterClause, ...] = ()


TITLES: Mapping[MeasureKind, Text] = {
    MeasureKind.TALK: Text("约谈通知书", "Summons to a talk"),
    MeasureKind.LETTER: Text("责令整改函", "Letter of rectification"),
    MeasureKind.CIRCULAR: Text("情况通报", "Circular"),
    MeasureKind.SUSPENSION: Text("暂停培训资质通知书", "Notice: licence to train suspended"),
    MeasureKind.ENROLMENT_STOP: Text("暂停招生通知书", "Notice: enrolment stopped"),
    MeasureKind.REMOVAL: Text("移出目录通知书", "Notice: removed from the catalogue"),
    MeasureKind.BREACH: Text("违规认定通知书", "Notice: breach found"),
    MeasureKind.CREDIT: Text("信用等级通知书", "Notice of credit level"),
    MeasureKind.VISIT: Text("第三方监督情况告知书", "Notice of a third-party monitor's visit"),
}


def measure_letter_page(letter: MeasureLetter, lang: str = "zh") -> str:
    """One printable page in one file."""
    environment = templates("report")
    environment.globals["both"] = lambda zh, en: say({"zh": zh, "en": en})
    return environment.get_template("measure_letter.html.j2").render(
        d=letter,
        title=TITLES[letter.kind],
        institution=clean(letter.institution),
        found=clean(letter.found),
        asked=clean(letter.asked),
        lang=lang,
        light=Markup(palette.variables(palette.LIGHT)),  # noqa: S704 - our own constants
        dark=Markup(palette.variables(palette.DARK)),  # noqa: S704 - our own constants
    )
