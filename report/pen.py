from collections.abc import Sequence
from dataclasses import dataclass

from report.panel import Panel, Scale
from report.schema import HourEntry, SpanEntry, TextEntry
from report.svg import number, text, widest
from report.times import span_of


@dataclass(frozen=True, slots=True)
class Layout:
    """The measures of a strip in its own pixels: one for desks and paper, one for phones."""

    name: str
    width: float
    gutter: float
    margin: float
    size: float
    small: float
    hour_px: float

    @property
    def axis_px(self) -> float:
        """The room that the time axis has."""
        return self.width - self.gutter - self.margin


WIDE = Layout("wide", 1080, 100, 20, 14, 12, 120)
NARROW = Layout("narrow", 358, 78, 17, 13, 11, 90)


@dataclass(frozen=True, slots=True)
class Row:
    """One drawn row and how much of the height it took."""

    marks: str
    height: float


@dataclass(frozen=True, slots=True)
class Pen:
    """What every row is drawn with: the panel, its time axis, its measures."""

    panel: Panel
    scale: Scale
    layout: Layout
    uid: str

    @classmethod
    def of(cls, panel: Panel, layout: Layout, uid: str, longest_s: float) -> "Pen":
        """The pen for one panel; a minute is as wide in it as in the day's longest while its hours have room."""
        shortest_s = min(span_of(hour["span"]).length_s for hour in panel.hours)
        alike = shortest_s / longest_s * layout.axis_px >= layout.hour_px
        right = layout.gutter + layout.axis_px * (panel.span.length_s / longest_s if alike else 1)
        return cls(panel, Scale(panel.span, layout.gutter, right), layout, uid)

    def column(self, hour: HourEntry) -> tuple[float, float]:
        """From where to where the class hour lies."""
        return self.scale.edges(span_of(hour["span"]))

    def clipped(self, item: SpanEntry) -> tuple[float, float] | None:
        """From where to where the stretch lies, if this panel shows any of it."""
        inside = span_of(item).clip(self.panel.span)
        return self.scale.edges(inside) if inside else None

    def head(self, y: float, words: TextEntry | str, under: TextEntry | str = "") -> str:
        """The row's name in the gutter, and a smaller line below it."""
        name = self._gutter(y, words, "head", self.layout.size)
        return name + (
            self._gutter(y + self.layout.small + 3, under, "small muted", self.layout.small) if under else ""
        )

    def _gutter(self, y: float, words: TextEntry | str, css: str, size: float) -> str:
        room = self.layout.gutter - 12
        if isinstance(words, str):
            return text(self.layout.gutter - 10, y, shortened(words, size, room), css, "end")
        cut: TextEntry = {"zh": shortened(words["zh"], size, room), "en": shortened(words["en"], size, room)}
        return text(self.layout.gutter - 10, y, cut, css, "end")


def shortened(words: str, size: float, room: float) -> str:
    """The words, or as many of them as fit before an ellipsis."""
    if widest(words, size) <= room:
        return words
    kept = words
    while kept and widest(kept + "…", size) > room:
        kept = kept[:-1]
    return kept + "…"


def fitting(options: Sequence[TextEntry | str], size: float, room: float) -> TextEntry | None:
    """The first of the wordings, fullest first, that fits; each language chooses for itself."""
    found = {lang: _first([_in(option, lang) for option in options], size, room) for lang in ("zh", "en")}
    return None if found["zh"] is None or found["en"] is None else {"zh": found["zh"], "en": found["en"]}


def _in(words: TextEntry | str, lang: str) -> str:
    if isinstance(words, str):
        return words
    return words["en"] if lang == "en" else words["zh"]


def _first(options: Sequence[str], size: float, room: float) -> str | None:
    return next((option for option in options if widest(option, size) <= room), None)


def linked(href: str, label: str, title: str, inner: str) -> str:
    """Marks that lead to the class hour's line in the table."""
    return f'<a class="hour" href="#{href}" aria-label="{label}"><title>{title}</title>{inner}</a>'


def view_box(width: float, height: float) -> str:
    """The drawing's own coordinates."""
    return f"0 0 {number(width)} {number(height)}"
