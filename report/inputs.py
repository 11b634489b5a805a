from facts.digest import Digest
from facts.footage import ClockSource, Segment
from facts.report import ClassReport, InputFile
from facts.span import Span
from report.mask import Mask
from report.schema import FaultEntry, InputEntry
from report.times import span_entry


def inputs(report: ClassReport, mask: Mask) -> list[InputEntry]:
    """Every file handed in, in order of path, each with all that is wrong with it."""
    segments = {segment.path: segment for segment in report.segments}
    listed = {item.path: item for item in report.inputs}
    # A recording that nobody listed is still an input.
    unlisted = [_as_input(segment) for path, segment in segments.items() if path not in listed]
    ordered = sorted([*listed.values(), *unlisted], key=lambda item: item.path)
    return [_entry(item, segments.get(item.path), mask) for item in ordered]


def _as_input(segment: Segment) -> InputFile:
    return InputFile(segment.path, "recording", segment.size_bytes)


def _entry(item: InputFile, segment: Segment | None, mask: Mask) -> InputEntry:
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
        "faults": _faults(item, segment, mask),
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
