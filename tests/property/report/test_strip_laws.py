"""Whatever a day looks like, the strip draws every gap and no two words touch."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.course import ClassHour
from facts.footage import Camera, ClockSource, Run, Segment
from facts.report import ClassReport
from facts.span import Span, minus
from facts.text import Text
from facts.verdict import Doubt, Finding, Headcount, HourVerdict, Status
from report.document import document
from tests.fixtures.sample_report import at, sample_report
from tests.fixtures.strip_words import clashes, drawn

# Kept small: a failing day is printed whole.
SAMPLE = replace(
    sample_report(), trainees=(), checkins=sample_report().checkins[:40], attendance=(), inputs=(), clauses=(), views=()
)
CAMERAS = ("CH01", "后门摄像机")


@st.composite
def judged(draw: st.DrawFn, hour: ClassHour) -> HourVerdict:
    """Any verdict on the hour."""
    status = draw(st.sampled_from(Status))
    length_s = draw(st.integers(0, int(hour.span.length_s)))
    runs = (Run(CAMERAS[0], Span.of(hour.span.start, length_s)),) if length_s else ()
    finding = Finding("YQ-V1", status, "X", Text("话。", "Words."), {"demanded_s": 600.0}, article="第十一条")
    heads = draw(st.lists(st.integers(0, 60), max_size=5))
    times = tuple(hour.span.start + timedelta(minutes=minute) for minute in range(len(heads)))
    people = draw(st.none() | st.integers(0, 60))
    findings = (finding,) * draw(st.integers(0, 4))
    counts = Headcount(times, tuple(heads))
    return HourVerdict(hour.id, status, findings, runs, expected=people, roster=people, headcount=counts)


@st.composite
def days(draw: st.DrawFn) -> ClassReport:
    """A day of one to twelve hours of five to ninety minutes, recorded with up to ten holes by up to two cameras."""
    start = at(1, 7, 0) + timedelta(minutes=draw(st.integers(0, 60)))
    hours, verdicts = [], []
    for no in range(draw(st.integers(1, 12))):
        span = Span.of(start, 60 * draw(st.integers(5, 90)))
        # Twelve of them stay inside one calendar day.
        start = span.end + timedelta(minutes=draw(st.integers(0, 120 if no == 3 else 10)))
        hours.append(ClassHour(f"h{no}", span, label=str(no + 1)))
        verdicts.append(draw(judged(hours[-1])))
        if start > at(1, 21, 0):
            break
    holes = draw(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 3600)), max_size=10))
    gaps = [Span.of(at(1, 6, 0) + timedelta(minutes=minute), length_s) for minute, length_s in holes]
    footage = minus(Span(at(1, 6, 0), at(1, 23, 0)), gaps)
    names = CAMERAS[: draw(st.integers(0, 2))]
    doubts = tuple(
        Doubt("shared_device", Text("请看。", "Look."), (hour.id,)) for hour in hours[: draw(st.integers(0, 3))]
    )
    return replace(
        SAMPLE,
        hours=tuple(hours),
        verdicts=tuple(verdicts),
        segments=tuple(Segment(f"{name}.mp4", name, 1, ClockSource.FILE_NAME, footage) for name in names),
        cameras=tuple(map(Camera, names)),
        doubts=doubts,
    )


@settings(max_examples=30)
@given(days())
def test_no_words_touch_on_any_day(report: ClassReport) -> None:
    for layout, svg in drawn(report):
        for lang in ("zh", "en"):
            assert clashes(svg, layout, lang) == []


@settings(max_examples=20)
@given(days())
def test_every_gap_inside_a_class_hour_is_drawn(report: ClassReport) -> None:
    marks = ("gap", "idle", "unknown")
    found = document(report)["hours"]
    listed = sum(len(item["gaps"]) for hour in found for item in hour["coverage"])
    uncovered = sum(1 for hour in found if not hour["coverage"])
    for layout in ("wide", "narrow"):
        shown = [item for name, svg in drawn(report) if name == layout for item in svg.iter("rect")]
        assert sum(item.get("class") in marks for item in shown) == listed + uncovered
