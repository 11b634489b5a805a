"""One file to one ``Footage``: what it is, when it was, where it breaks, what is wrong. Nothing is decoded."""

import errno
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np

from facts.footage import ClockSource, Damage, Segment, Wound
from facts.span import SHANGHAI, Span
from ingest.recordings import damage_messages
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.container import ContainerContents, read_container
from ingest.recordings.damage_scan import recording_start
from ingest.recordings.encoder_marks import encodings
from ingest.recordings.entry import RecordingEntry
from ingest.recordings.file_clock import NameClock, read_name
from ingest.recordings.file_signature import ContainerKind
from ingest.recordings.footage import Footage, Keyframes
from ingest.recordings.packets import PacketTable
from ingest.recordings.timeline import SECOND, break_after_us, frame_us, stretches

_DRIFT_S = 3.0
_DRIFT_SHARE = 0.01
_LONGEST_S = (
    7_000 * 366 * 86_400
)  # counted from a plausible year, the calendar holds so much; a clock may be set by decades
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAUSIBLE_YEARS = range(2000, 2100)
_EXCUSES_SHORTNESS = frozenset({Damage.TRUNCATED, Damage.CUT})


@dataclass(frozen=True, slots=True)
class _Clock:
    """At what time of day the first packet lies, who says so, and what contradicts it."""

    anchor: datetime | None
    source: ClockSource
    wounds: tuple[Wound, ...] = ()


def scan(
    path: Path, *, name: str = "", clock: NameClock | None = None, entry: RecordingEntry | None = None, camera: str = ""
) -> Footage:
    """The record of one file, whatever is wrong with it; ``name`` is its path relative to the class folder."""
    name = name or path.name
    clock = clock or read_name(name)
    camera = (entry.camera if entry else "") or camera or clock.camera
    blank = Footage(Segment(name, camera, 0, ClockSource.NONE, claimed=clock.claimed), path)
    try:
        with ByteSource(path) as source:
            blank = _sized(blank, source.file_size)
            return _opened(source, blank, clock, entry)
    except (OSError, ValueError) as fault:  # ValueError: a path that the system cannot even ask for
        if getattr(fault, "errno", None) == errno.ENOMEM:  # which of the two a bound raises depends on who asked
            return _damaged(blank, damage_messages.swollen())
        return _damaged(blank, damage_messages.unreadable(getattr(fault, "strerror", None) or str(fault)))
    except MemoryError:
        return _damaged(blank, damage_messages.swollen())


def _sized(blank: Footage, size: int) -> Footage:
    return replace(blank, segment=replace(blank.segment, size_bytes=size))


def _damaged(blank: Footage, *found: Wound) -> Footage:
    return replace(blank, segment=replace(blank.segment, wounds=found))


def _opened(source: ByteSource, blank: Footage, clock: NameClock, entry: RecordingEntry | None) -> Footage:
    # 1. A container with its index; reading stops before a torn box.
    start = recording_start(source)
    kind, layout = start.kind, start.layout
    if kind is not ContainerKind.EMPTY:
        blank = replace(blank, kind=kind)
    if start.wound:
        return _damaged(blank, start.wound)
    if kind is ContainerKind.MP4:
        source.end_at(layout.sound_bytes)
    # 2. A picture stream that its demuxer opens.
    try:
        reading = read_container(source, kind, layout)
    except av.FFmpegError as fault:
        if fault.errno == errno.ENOMEM:
            raise MemoryError from fault
        return _damaged(blank, damage_messages.no_picture(fault.strerror or type(fault).__name__))
    # 3. Pictures with times.
    if not reading.table.us.size:
        return _damaged(blank, *(reading.wounds or (damage_messages.no_picture("no timed pictures"),)))
    placed = _placed(reading, blank, clock, entry, source)
    return replace(placed, bytes_read=source.bytes_read)


def _placed(
    reading: ContainerContents, blank: Footage, clock: NameClock, entry: RecordingEntry | None, source: ByteSource
) -> Footage:
    """Put the packets onto the wall clock, where anything says how."""
    table = reading.table
    first, length_us = int(table.us.min()), int(table.us.max() - table.us.min()) + frame_us(table.us)
    found = list(reading.wounds)
    if length_us > _LONGEST_S * SECOND:  # its end may lie beyond every calendar
        return _damaged(blank, *found, damage_messages.endless(length_us / SECOND))
    if clock.trigger.is_partial:
        found.append(damage_messages.motion_only(clock.trigger))
    placed = _clock(reading, blank.kind, clock, entry)
    found += placed.wounds
    spans: tuple[Span, ...] = ()
    if placed.anchor is None:
        name, camera = blank.segment.path, blank.segment.camera_id
        found.append(damage_messages.no_clock(name, camera, length_us / SECOND, reading.created))
    else:
        spans = _stretches(table, placed.anchor)
        spans, drift = _held_to(spans, clock.claimed, placed.source, {wound.damage for wound in found})
        found += drift
    keys, packets = _keyframes(table, first), int(table.us.size)
    segment = replace(
        blank.segment,
        clock_source=placed.source,
        stretches=spans,
        codec=reading.codec,
        width=reading.width,
        height=reading.height,
        wounds=tuple(found),
        length_s=length_us / SECOND,
        encodings=encodings(keys, reading.codec, reading.extradata, source),
    )
    return replace(
        blank, segment=segment, anchor=placed.anchor, keys=keys, extradata=reading.extradata, packets=packets
    )


def _stretches(table: PacketTable, anchor: datetime) -> tuple[Span, ...]:
    """The parts of the wall clock in which packets follow each other."""
    frame, first = frame_us(table.us), int(table.us.min())
    parts = stretches(table.us - first, break_after_us(frame), frame)
    return tuple(Span(_after(anchor, start), _after(anchor, end)) for start, end in parts)


def _after(anchor: datetime, micros: int) -> datetime:
    return anchor + timedelta(microseconds=micros)


def _clock(reading: ContainerContents, kind: ContainerKind, clock: NameClock, entry: RecordingEntry | None) -> _Clock:
    """A clock inside every packet first, then the name; only where both are silent, what the manifest says.

    A statement never overrides what the recorder itself wrote; where it differs, a fault says so. The container's date
    is mostly that of the export and counts only where the manifest trusts it.
    """
    stated = _stated(entry)
    if own := _own_clock(reading, kind, clock):
        return replace(own, wounds=own.wounds + _overruled(own, stated))
    if stated:
        return _Clock(stated, ClockSource.MANIFEST)
    if entry and entry.trust_creation_time and reading.created:
        return _Clock(reading.created, ClockSource.CREATION_TIME)
    return _Clock(None, ClockSource.NONE)


def _stated(entry: RecordingEntry | None) -> datetime | None:
    if entry is None or entry.start is None:
        return None
    start = entry.start if entry.start.tzinfo else entry.start.replace(tzinfo=SHANGHAI)
    return start.astimezone(UTC)


def _own_clock(reading: ContainerContents, kind: ContainerKind, clock: NameClock) -> _Clock | None:
    inside = _packet_clock(reading.table) if kind is ContainerKind.DHAV else None
    if inside:
        differ = clock.start and abs((inside - clock.start).total_seconds()) > _DRIFT_S
        told = (damage_messages.clocks_differ(clock.start, inside),) if clock.start and differ else ()
        return _Clock(inside, ClockSource.CONTAINER, told)
    return _Clock(clock.start, ClockSource.FILE_NAME) if clock.start else None


def _overruled(own: _Clock, stated: datetime | None) -> tuple[Wound, ...]:
    if own.anchor is None or stated is None or abs((stated - own.anchor).total_seconds()) <= _DRIFT_S:
        return ()
    return (damage_messages.stated_otherwise(stated, own.anchor, own.source),)


def _packet_clock(table: PacketTable) -> datetime | None:
    """Dahua writes the wall clock into every packet, Chinese local time as if it were UTC."""
    wall = _EPOCH + timedelta(microseconds=int(table.us.min()))
    return wall.replace(tzinfo=SHANGHAI).astimezone(UTC) if wall.year in _PLAUSIBLE_YEARS else None


def _held_to(
    spans: tuple[Span, ...], claimed: Span | None, source: ClockSource, known: set[Damage]
) -> tuple[tuple[Span, ...], list[Wound]]:
    """Compare the length that the name claims with the one that the timestamps show.

    Timestamps that run on beyond the claimed end were not made by a clock that agrees with the recorder's, so what
    lies beyond proves nothing. A shorter file is as short as its timestamps, unless damage already explains it.
    """
    if claimed is None or source is ClockSource.MANIFEST:
        return spans, []
    shown_s = (spans[-1].end - spans[0].start).total_seconds()
    drift = shown_s - claimed.length_s
    if abs(drift) <= max(_DRIFT_S, _DRIFT_SHARE * claimed.length_s) or (drift < 0 and known & _EXCUSES_SHORTNESS):
        return spans, []
    if source is ClockSource.FILE_NAME and drift > 0:
        spans = tuple(part for span in spans if (part := span.clip(claimed)))
    return spans, [damage_messages.clock_mismatch(claimed.length_s, shown_s)]


def _keyframes(table: PacketTable, first: int) -> Keyframes:
    at = np.flatnonzero(table.key)
    if not at.size:
        return Keyframes()
    order = np.argsort(table.us[at], kind="stable")
    follow = np.add.reduceat(table.size, at) - table.size[at]
    frames = np.diff(at, append=table.us.size) - 1
    return Keyframes(
        table.us[at][order] - first,
        table.ticks[at][order],
        table.pos[at][order],
        table.size[at][order],
        follow[order],
        frames[order],
        table.whole,
    )
