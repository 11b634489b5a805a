import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from facts.verdict import Status
from report import palette, times
from report.claims import words
from report.claims.bar import bar
from report.claims.letter import letter
from report.claims.money import yuan
from report.claims.schema import ClaimDocument, ClaimFindingEntry, PersonSums
from report.jinja import templates
from report.pieces import plain, say, size
from report.schema import TextEntry

_OPEN = (Status.FAIL.value, Status.UNPROVEN.value)


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """All findings of one rule, its clause shown once beside them."""

    rule: str
    title: TextEntry
    quote: str
    article: str
    status: str
    findings: tuple[ClaimFindingEntry, ...]


PIECES = ("cover", "money", "findings", "letter", "papers", "basis")


def claim_pieces(document: ClaimDocument) -> dict[str, Markup]:
    """The parts of the page, for a console that lays them out itself and has doubts of its own to show."""
    environment, values = _environment(document), _given(document)
    return {
        name: Markup(environment.get_template(f"claim_{name}.html.j2").render(values))  # noqa: S704 - escaped by our own templates
        for name in PIECES
    }


def claim_page(document: ClaimDocument, lang: str = "zh") -> str:
    """The whole ``claim.html``, in one file that fetches nothing; ``lang`` is the language shown first."""
    environment = _environment(document)
    script = environment.get_template("claim_script.js.j2").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("claim.html.j2").render(
        _given(document),
        lang=lang,
        script=Markup(script),  # noqa: S704 - our own template, without a variable
        script_digest=digest,
        light=Markup(palette.variables(palette.LIGHT)),  # noqa: S704 - our own constants
        dark=Markup(palette.variables(palette.DARK)),  # noqa: S704 - our own constants
    )


def _given(document: ClaimDocument) -> dict[str, Any]:
    groups = grouped(document["findings"])
    return {
        "d": document,
        "open_groups": [group for group in groups if group.status in _OPEN],
        "other_groups": [group for group in groups if group.status not in _OPEN],
        "letter_zh": letter(document, "zh"),
        "letter_en": letter(document, "en"),
        "people": {person["no"]: person for person in document["people"]},
        "hours": {hour["id"]: hour for hour in document["hours"]},
        "anchors": {hour["id"]: f"hour-{number}" for number, hour in enumerate(document["hours"], start=1)},
        "Status": Status,
        "words": words,
    }


def grouped(findings: Iterable[ClaimFindingEntry]) -> list[RuleGroup]:
    """Findings of one rule together, in the document's order."""
    made = []
    for _, items in groupby(findings, key=lambda one: one["rule"]):
        own = tuple(items)
        first = own[0]
        made.append(RuleGroup(first["rule"], first["title"], first["quote"], first["article"], first["status"], own))
    return made


def _environment(document: ClaimDocument) -> Environment:
    environment = templates("report")
    environment.filters |= {
        "say": say,
        "plain": plain,
        "yuan": yuan,
        "day": times.day,
        "short_day": times.short_day,
        "stamp": times.stamp,
        "roughly": times.roughly,
        "size": size,
        "css": lambda status: status.lower().replace("_", "-"),
    }
    environment.globals |= {
        "both": lambda zh, en: say({"zh": zh, "en": en}),
        "word": words.word,
        "bar": lambda sums, name, reach=0: Markup(bar(sums, name, reach)),  # noqa: S704 - drawn by us, every text escaped
        "top": most(document["people"]),
    }
    return environment


def most(people: Iterable[PersonSums]) -> int:
    """The largest sum of any person, to which all the small bars are drawn."""
    return max((_reach(person) for person in people), default=0)


def _reach(person: PersonSums) -> int:
    claimed = person["claimed"]
    return max(claimed["fen"] if claimed else 0, person["supported"]["fen"] + person["unproven"]["fen"], 1)
