"""An opened container to a packet table, and the damage that its packets show; no clock is applied yet."""

from dataclasses import dataclass
from datetime import UTC, datetime

import av
from av import VideoStream
from av.container import InputContainer

from facts.footage import Wound
from ingest.recordings import damage_messages
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.file_signature import ContainerKind
from ingest.recordings.mp4_boxes import BoxLayout
from ingest.recordings.packets import EMPTY_TABLE, PacketTable, demuxed, indexed
from ingest.recordings.timeline import SECOND, frame_us, trusted_packets

SMALL_BUFFER, INDEX_BUFFER, PASS_BUFFER = 4096, 32768, 1 << 20
_SLACK_US = 2 * SECOND
_DECLARES_LENGTH = frozenset({ContainerKind.MKV, ContainerKind.FLV, ContainerKind.AVI})
_RECORDERS_BEGAN = 2000
MOST_PIXELS = 40_000_000  # 8K has 33 million; a picture of 16000 × 16000 takes 1.2 GB of memory
MOST_STREAMS = 64
DECODER_OPTIONS = {"max_pixels": str(MOST_PIXELS)}


@dataclass(frozen=True, slots=True, eq=False)
class ContainerContents:
    """What a container shows by itself."""

    table: PacketTable
    codec: str = ""
    width: int = 0
    height: int = 0
    extradata: bytes = b""
    created: datetime | None = None
    wounds: tuple[Wound, ...] = ()


def read_container(source: ByteSource, kind: ContainerKind, layout: BoxLayout) -> ContainerContents:
    """Open with the one demuxer that the bytes call for and take down the packets of its first picture stream."""
    with open_container(source, kind, _buffer(kind, layout)) as container:
        stream = picture_stream(container)
        if stream is None:
            raise av.InvalidDataError(0, "no picture stream")
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > MOST_PIXELS:
            return ContainerContents(EMPTY_TABLE, wounds=(damage_messages.too_large(width, height, MOST_PIXELS),))
        table, found = _table(container, stream, kind, source, layout)
        if table.us.size and kind in _DECLARES_LENGTH:
            found += _declared(container.duration, table)
        context = stream.codec_context
        return ContainerContents(
            table,
            context.name,
            context.width,
            context.height,
            context.extradata or b"",
            creation_time(container.metadata.get("creation_time", "")),
            found,
        )


def open_container(source: ByteSource, kind: ContainerKind, buffer_size: int) -> InputContainer:
    """Only the named demuxer is tried: probing would let a text file name other files to be opened.

    Opening may decode a picture, so it is held to the same size as all decoding.
    """
    return av.open(
        source,
        "r",
        format=kind.demuxer,
        buffer_size=buffer_size,
        metadata_errors="replace",
        options=DECODER_OPTIONS,
        container_options={"max_streams": str(MOST_STREAMS)},
    )


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The first stream that moves and has a decoder; a cover picture is none."""
    return next((s for s in container.streams.video if _moves(s) and getattr(s, "codec_context", None)), None)


def _moves(stream: VideoStream) -> bool:
    return not stream.disposition & stream.disposition.attached_pic


def _buffer(kind: ContainerKind, layout: BoxLayout) -> int:
    """Small steps where fragments are hopped over, large ones where everything is read anyway."""
    if kind is ContainerKind.MP4:
        return SMALL_BUFFER if layout.fragments else INDEX_BUFFER
    return PASS_BUFFER


def _table(
    container: InputContainer, stream: VideoStream, kind: ContainerKind, source: ByteSource, layout: BoxLayout
) -> tuple[PacketTable, tuple[Wound, ...]]:
    if kind is ContainerKind.MP4:
        kept, cut = _within(indexed(container, stream, fragmented=bool(layout.fragments)), source, layout)
        return kept, cut + ((damage_messages.stopped(kept.stopped),) if kept.stopped else ())
    table = demuxed(container, stream, kind, source)
    found: list[Wound] = []
    if table.changes:
        found.append(damage_messages.parameters_changed(table.changes))
    if table.corrupt:
        found.append(damage_messages.corrupt_packets(table.corrupt))
    if table.stopped:
        found.append(damage_messages.stopped(table.stopped))
    keep, resets = trusted_packets(table.us, absolute=kind is ContainerKind.DHAV)
    kept = table.only(keep)
    if resets and kind is ContainerKind.DHAV:
        found.append(damage_messages.clock_set(resets))
    elif resets and kept.us.size:
        at_us = int(kept.us.max() - kept.us.min())
        found.append(damage_messages.clock_reset(resets, at_us / SECOND))
    elif not keep.all():
        found.append(damage_messages.wild_packets(int((~keep).sum())))
    return kept, tuple(found)


def _within(table: PacketTable, source: ByteSource, layout: BoxLayout) -> tuple[PacketTable, tuple[Wound, ...]]:
    """Only what the file really holds: the index of a truncated MP4 still lists all of it."""
    fits = (table.pos >= 0) & (table.size <= source.size) & (table.pos <= source.size - table.size)
    lost = int((~fits).sum())
    torn = layout.torn and bool(layout.fragments)
    return table.only(fits), (damage_messages.truncated(lost, source.size),) if lost or torn else ()


def _declared(duration: int | None, table: PacketTable) -> tuple[Wound, ...]:
    shown = int(table.us.max()) + frame_us(table.us)
    if duration is None or duration <= shown + _SLACK_US:
        return ()
    return (damage_messages.shorter_than_declared(duration / SECOND, shown / SECOND),)


def creation_time(text: str) -> datetime | None:
    """The container's own date, unless it is one of the zero dates that muxers write."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if moment.year >= _RECORDERS_BEGAN else None
