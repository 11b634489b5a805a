from collections.abc import Sequence
from datetime import datetime
from html import escape

from attendance.law import NO_LAW
from facts.verdict import Status
from report.panel import Panel, panels
from report.pen import NARROW, WIDE, Pen, StripLayout, fitting, linked, view_box
from report.schema import FindingEntry, HourEntry, ReportDocument, TextEntry
from report.strip_cameras import cameras
from report.strip_people import checkins, curve
from report.strip_windows import windows
from report.svg import line, number, path, rect, text
from report.times import clock_span, day, minute
from report.words import KINDS, both, word

_AXIS = 34.0
_PLAN = 24.0
_LINES = 3
_VERDICT = 30.0


Notes = Sequence[tuple[datetime, str]]


def strips(document: ReportDocument, when: str, notes: Notes = ()) -> str:
    """The 班日时间条 of one day: drawn for desks and paper, and again in narrower panels for phones.

    ``notes`` are what people wrote at moments of its recordings: a small mark for each under the axis.
    """
    return _variant(document, when, WIDE, notes) + _variant(document, when, NARROW, notes)


def _variant(document: ReportDocument, when: str, layout: StripLayout, notes: Notes) -> str:
    found = panels(document, when, layout.axis_px, layout.hour_px)
    longest_s = max((panel.span.length_s for panel in found), default=1.0)
    pens = [Pen.of(panel, layout, f"{layout.name}-{when}-{no}", longest_s) for no, panel in enumerate(found)]
    drawn = "".join(_panel(pen, notes) for pen in pens)
    return f'<div class="strip {layout.name}">{drawn}</div>'


def _panel(pen: Pen, notes: Notes) -> str:
    panel, layout = pen.panel, pen.layout
    y = _AXIS + 8 + _PLAN + 14
    marks = ""
    for draw in (cameras, windows, curve, checkins):
        row = draw(pen, y)
        marks, y = marks + row.marks, y + row.height
    bottom = y + _verdict_height(panel, layout)
    hours = "".join(
        _hour(pen, hour, anchor, y, bottom) for hour, anchor in zip(panel.hours, panel.anchors, strict=True)
    )
    heads = pen.head(_AXIS + 8 + 17, both("计划", "Plan")) + pen.head(y + 18, both("结论", "Verdict"))
    return _svg(pen, bottom + 8, hours + _axis(pen) + heads + marks + _notes(pen, notes))


def _svg(pen: Pen, height: float, inner: str) -> str:
    named = day(pen.panel.day)
    rooms = "、".join(dict.fromkeys(hour["room"] for hour in pen.panel.hours if hour["room"]))
    label = escape(f"{named['zh']} {rooms} 班日时间条：{_spoken(pen.panel)}。下表内容相同。")
    box = view_box(pen.layout.width, height)
    role = 'role="graphics-document img"'
    return f'<svg viewBox="{box}" {role} aria-label="{label}" {_axis_data(pen)}>{_patterns(pen.uid)}{inner}</svg>'


def _axis_data(pen: Pen) -> str:
    """The time axis for a page that turns a click into a moment."""
    scale = pen.scale
    ends = f'data-start="{scale.span.start.isoformat()}" data-end="{scale.span.end.isoformat()}"'
    return f'{ends} data-left="{number(scale.left)}" data-right="{number(scale.right)}"'


def _spoken(panel: Panel) -> str:
    return "，".join(f"{hour['label']['zh']}{Status(hour['status']).zh}" for hour in panel.hours)


def _patterns(uid: str) -> str:
    return (
        f'<defs><pattern id="gap-{uid}" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)">'
        '<rect width="7" height="7" class="paper"/><line x1="0" y1="0" x2="0" y2="7" class="hatch"/></pattern>'
        f'<pattern id="lapse-{uid}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect width="6" height="6" class="paper"/><circle cx="3" cy="3" r="1.5" class="dot"/></pattern></defs>'
    )


def _axis(pen: Pen) -> str:
    named, between = pen.scale.ticks()
    marks = "".join(line(pen.scale.x(at), _AXIS - 4, pen.scale.x(at), _AXIS, "axis") for at in between)
    for at in named:
        x = pen.scale.x(at)
        marks += line(x, _AXIS - 8, x, _AXIS, "axis")
        marks += text(x, _AXIS - 13, minute(at.isoformat()), "small muted", "middle")
    return marks


def _notes(pen: Pen, notes: Notes) -> str:
    """The marks of the notes that lie in this panel; a page's module goes to the moment that each names."""
    marks = ""
    for at, words in notes:
        if at in pen.panel.span:
            x = pen.scale.x(at)
            mark = path([(x - 5, _AXIS), (x + 5, _AXIS), (x, _AXIS + 9)], "note-mark", words)
            marks += f'<g data-at="{round(at.timestamp() * 1000)}">{mark}</g>'
    return marks


def _hour(pen: Pen, hour: HourEntry, anchor: str, top: float, bottom: float) -> str:
    left, right = pen.column(hour)
    css = hour["status"].lower().replace("_", "-")
    status = Status(hour["status"])
    inner = rect(left, _AXIS, right - left, bottom - _AXIS, "column")
    inner += _plan(pen, hour, left, right)
    inner += rect(left, top, right - left, bottom - top, f"verdict box-{css}", radius=3)
    inner += rect(left, top, 4, bottom - top, f"edge-{css}")
    inner += _verdict(pen, hour, left + 10, right - left - 12, top)
    title = escape(f"{hour['label']['zh']} {clock_span(hour['span'])} {status.glyph} {status.zh} {status.en}")
    return linked(anchor, title, title, inner)


def _plan(pen: Pen, hour: HourEntry, left: float, right: float) -> str:
    kind, label = word(KINDS, hour["kind"]), hour["label"]
    full = both(f"{label['zh']} · {kind['zh']}", f"{label['en']} · {kind['en']}")
    # Where there is no room for the kind's name, the number alone still says which hour it is.
    digits = "".join(sign for sign in label["zh"] if sign.isdigit())
    words = fitting([full, label, digits], pen.layout.size, right - left - 6)
    box = rect(left, _AXIS + 8, right - left, _PLAN, "plan", radius=3)
    return box + (text((left + right) / 2, _AXIS + 8 + 17, words, "", "middle") if words else "")


def _verdict_height(panel: Panel, layout: StripLayout) -> float:
    lines = max((len(_told(hour)) for hour in panel.hours), default=0)
    return _VERDICT + lines * (layout.small + 4)


def _verdict(pen: Pen, hour: HourEntry, x: float, room: float, top: float) -> str:
    status, css = Status(hour["status"]), hour["status"].lower().replace("_", "-")
    full = both(f"{status.glyph} {status.zh}", f"{status.glyph} {status.en}")
    brief = both(f"{status.glyph} {status.zh}", f"{status.glyph} n/a") if status is Status.NOT_APPLICABLE else full
    words = fitting([full, brief, status.glyph], pen.layout.size, room)
    marks = text(x, top + 20, words, f"strong {css}") if words else ""
    for no, finding in enumerate(_told(hour)):
        said = fitting(_short(finding), pen.layout.small, room)
        y = top + 22 + (no + 1) * (pen.layout.small + 4)
        marks += text(x, y, said, "small") if said else ""
    return marks


def _told(hour: HourEntry) -> list[FindingEntry]:
    """The findings that there is room for; that no document is in force is told by the page, not by every hour."""
    rules = [finding for finding in hour["findings"] if finding["reason"] not in NO_LAW]
    return (rules or hour["findings"])[:_LINES]


def _short(finding: FindingEntry) -> list[TextEntry | str]:
    status = Status(finding["status"])
    rule = finding["rule"]
    article = f"{finding['article']} " if finding["article"] else ""
    return [
        both(f"{status.glyph} {article}{rule} {status.zh}", f"{status.glyph} {rule} {status.en}"),
        both(f"{status.glyph} {rule} {status.zh}", f"{status.glyph} {rule} {status.en}"),
        f"{status.glyph} {rule}",
    ]
