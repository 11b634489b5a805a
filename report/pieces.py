"""The pieces that the report is laid out from; the console shows the same ones on pages of its own."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from attendance.law_gaps import HEADLINES
from facts.verdict import Presence, Status
from report import times, words
from report.jinja import templates
from report.links import Links
from report.schema import HourEntry, ReportDocument, TextEntry
from report.strip import strips
from report.views import calendar, law_gap, matrix, steps, tasks

_MEGABYTE = 1_000_000
_KILOBYTE = 1_000


def piece(template: str, document: ReportDocument, links: Links, pictures: Mapping[str, str], **more: object) -> Markup:
    """One part of the report; ``pictures`` are the addresses of the images that may be shown."""
    found = environment().get_template(f"{template}.html.j2")
    return Markup(found.render(template_values(document, links, pictures), **more))  # noqa: S704 - escaped by our own templates


def template_values(document: ReportDocument, links: Links, pictures: Mapping[str, str]) -> dict[str, Any]:
    """What every template of the report is given."""
    gap = law_gap(document)
    return {
        "d": document,
        "figure": lambda pointer: figure(document, pointer),
        "strip": lambda day: Markup(strips(document, day)),  # noqa: S704 - drawn by us, every text escaped
        "days": calendar(document),
        "tasks": tasks(document),
        "steps": steps(document),
        "law_gap": gap,
        "law_headline": HEADLINES[gap["reason"]] if gap else None,
        "blocks": matrix(document),
        "anchors": links.anchors,
        "links": links,
        "pictures": pictures,
        "hours_by_id": {hour["id"]: hour for hour in document["hours"]},
        "Status": Status,
        "Presence": Presence,
        "words": words,
    }


@cache
def environment() -> Environment:
    """The templates of the report, compiled once for all documents."""
    made = templates("report")
    made.filters |= {
        "say": say,
        "plain": plain,
        "minute": times.minute,
        "second": times.second,
        "stamp": times.stamp,
        "clock": times.clock_span,
        "length": times.length,
        "roughly": times.roughly,
        "day": times.day,
        "short_day": times.short_day,
        "day_of": times.day_of,
        "length_of": lambda item: times.span_of(item).length_s,
        "size": size,
        "css": lambda status: status.lower().replace("_", "-"),
        "spread": spread,
        "gap_css": gap_css,
    }
    made.globals |= {
        "both": _both,
        "word": words.word,
    }
    return made


def say(item: TextEntry) -> Markup:
    """Both languages; the switch at the top of the page shows one of them."""
    if item["zh"] == item["en"]:
        return escape(item["zh"])
    return Markup('<span class="zh">{}</span><span class="en" lang="en">{}</span>').format(item["zh"], item["en"])


def _both(zh: str, en: str) -> Markup:
    return say({"zh": zh, "en": en})


def plain(item: TextEntry) -> str:
    """Both languages in one line, for titles that no style sheet can switch."""
    return item["zh"] if item["zh"] == item["en"] else f"{item['zh']} / {item['en']}"


def figure(document: ReportDocument, pointer: str) -> Markup:
    """A number of the document with the JSON pointer (RFC 6901) to it, so that page and file can be compared."""
    value: Any = document
    for part in pointer.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return Markup('<data value="{}">{}</data>').format(pointer, value)


def gap_css(hour: HourEntry) -> str:
    """A gap is a fault only where a rule asks for a recording."""
    return "muted" if hour["longest"]["status"] in {Status.EXEMPT, Status.NOT_APPLICABLE} else "fail"


def size(size_bytes: int) -> str:
    """``1,215.0 MB``, ``18.4 KB`` or ``0 B``: one unit for all recordings, so that they compare at a glance."""
    if size_bytes >= _MEGABYTE:
        return f"{size_bytes / _MEGABYTE:,.1f} MB"
    return f"{size_bytes / _KILOBYTE:,.1f} KB" if size_bytes >= _KILOBYTE else f"{size_bytes} B"


def spread(values: list[int]) -> str:
    """``19–28``, or the one value that all of them have."""
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}–{high}"
