import base64
import hashlib
import json
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
_TERMS = ("traces", "withheld", "if_proven", "missing", "time", "unproven", "open_ended", "by_review")


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """All findings of one rule, its clause shown once beside them."""

    rule: str
    title: TextEntry
    quote: str
    article: str
    status: str
    findings: tuple[ClaimFindingEntry, ...]


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One thing that the claim lacks: which rule asks for it, and what to do."""

    status: str
    rule: str
    title: TextEntry
    text: TextEntry


@dataclass(frozen=True, slots=True)
class TermGroup:
    """People whose sums rest on the very same terms, so that paper shows these once."""

    numbers: tuple[int, ...]
    like: PersonSums


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
        "steps": steps(document["findings"]),
        "term_groups": term_groups([*document["people"], *([document["whole"]] if document["whole"] else [])]),
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


def steps(findings: Iterable[ClaimFindingEntry]) -> list[ClaimStep]:
    """What is to be done: first what stops money, and of that what fails."""
    still = sorted(
        (one for one in findings if one["status"] in _OPEN),
        key=lambda one: (not one["stops_money"], _OPEN.index(one["status"])),
    )
    return [ClaimStep(one["status"], one["rule"], one["title"], one["remedy"] or one["text"]) for one in still]


def term_groups(people: Iterable[PersonSums]) -> list[TermGroup]:
    """Everybody once, in the document's order of the first of each group."""
    found: dict[str, list[PersonSums]] = {}
    for person in people:
        alike = {name: person[name] for name in _TERMS}  # type: ignore[literal-required]
        found.setdefault(json.dumps(alike, sort_keys=True), []).append(person)
    return [TermGroup(tuple(one["no"] for one in group), group[0]) for group in found.values()]


def ranges(numbers: Iterable[int]) -> str:
    """``1–12、14``: people by their numbers on the list, which every page has beside the names."""
    shown: list[list[int]] = []
    for number in sorted(numbers):
        if shown and number == shown[-1][-1] + 1:
            shown[-1].append(number)
        else:
            shown.append([number])
    return "、".join(str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in shown)


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
        "ranges": ranges,
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
