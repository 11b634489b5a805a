from collections.abc import Mapping

from facts.digest import Digest
from facts.footage import ClockSource, Segment
from facts.recording_origin import HANDED_IN, RecordingOrigin
from facts.report import ClassReport, InputFile
from facts.span import Span
from report.mask import Mask
from report.schema import FaultEntry, InputEntry, OriginEntry, TextEntry
from report.times import span_entry, written

RECORDING = "recording"


def inputs(report: ClassReport, mask: Mask) -> list[InputEntry]:
    """Every file handed in, in order of path, each with all that is wrong with it."""
    segments = {segment.path: segment for segment in report.segments}
    listed = {item.path: item for item in report.inputs}
    origins = {one.digest: one for one in report.origins}
    # A recording that nobody listed is still an input.
    unlisted = [_as_input(segment) for path, segment in segments.items() if path not in listed]
    ordered = sorted([*listed.values(), *unlisted], key=lambda item: item.path)
    return [_entry(item, segments.get(item.path), mask, origins) for item in ordered]


def _as_input(segment: Segment) -> InputFile:
    return InputFile(segment.path, RECORDING, segment.size_bytes)


def _entry(
    item: InputFile, segment: Segment | None, mask: Mask, origins: Mapping[Digest, RecordingOrigin]
) -> InputEntry:
    span = item.span or (segment.span if segment else None)
    digest = item.digest or (segment.digest if segment else None)
    return {
        "path": mask.text(item.path),
        "role": item.role,
        "size_bytes": item.size_bytes,
        "sha256": _hex(digest),
        "camera": item.camera_id or (segment.camera_id if segment else ""),
        "span": span_entry(span) if span else None,
        "stretches": [span_entry(part) for part in _stretches(segment, span)],
        "clock_source": _clock(item, segment).value,
        "codec": segment.codec if segment else "",
        "width": segment.width if segment else 0,
        "height": segment.height if segment else 0,
        "length_s": round(segment.length_s, 3) if segment else 0.0,
        "aside": mask.text(item.aside),
        "origin": _origin(origins.get(digest) if digest else None) if item.role == RECORDING else None,
        "faults": _faults(item, segment, mask),
    }


def _origin(origin: RecordingOrigin | None) -> OriginEntry:
    """Whoever hands a file in may say what he likes of it: only the log makes it this system's own."""
    if origin is None:
        said: TextEntry = {"zh": HANDED_IN.zh, "en": HANDED_IN.en}
        return {"by": "institution", "leaf": None, "noted_at": None, "late_s": None, "prompt": False, "text": said}
    return {
        "by": "recorder",
        "leaf": origin.leaf,
        "noted_at": written(origin.noted_at),
        "late_s": round(origin.late.total_seconds()),
        "prompt": origin.is_prompt,
        "text": {"zh": origin.words.zh, "en": origin.words.en},
    }


def _hex(digest: Digest | None) -> str | None:
    return digest.sha256 if digest else None


def _stretches(segment: Segment | None, span: Span | None) -> tuple[Span, ...]:
    if segment:
        return segment.stretches
    return (span,) if span else ()


def _clock(item: InputFile, segment: Segment | None) -> ClockSource:
    if item.clock_source is not ClockSource.NONE or segment is None:
        return item.clock_source
    return segment.clock_source


def _faults(item: InputFile, segment: Segment | None, mask: Mask) -> list[FaultEntry]:
    wounds = segment.wounds if segment else ()
    told = {wound.detail_zh for wound in wounds}
    named: list[FaultEntry] = [
        {
            "code": wound.damage.value,
            "count": wound.count,
            "text": {"zh": mask.text(wound.detail_zh), "en": mask.text(wound.detail_en)},
        }
        for wound in wounds
    ]
    return named + [{"code": "", "count": 1, "text": mask.say(text)} for text in item.faults if text.zh not in told]
