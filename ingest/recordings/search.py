"""Every recording of a folder, whatever else lies in it; what cannot be read becomes a record with a fault, no crash."""

import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from facts.footage import Camera, ClockSource, Segment
from ingest.recordings import damage_messages
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.entry import RecordingEntry
from ingest.recordings.file_clock import NameClock, read_name
from ingest.recordings.file_signature import HEAD_BYTES, sniff
from ingest.recordings.footage import Footage
from ingest.recordings.scan import scan

VIDEO_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in re.findall(
        r"\w+", "mp4 m4v mov 3gp mkv ts m2ts mts flv avi ps mpg mpeg vob dav 264 265 h264 h265 hevc"
    )
)
OTHER_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in re.findall(
        r"\w+",
        "xlsx xls xlsm et csv txt md pdf doc docx wps ppt pptx jpg jpeg png bmp gif webp toml json html htm xml "
        "zip rar 7z db ini log py exe dll wav mp3 m4a lnk url",
    )
)
_OVERLAP = timedelta(seconds=1)
_DATED = re.compile(r"\d{4}[-_.年]?\d{1,2}[-_.月]?\d{1,2}日?|\d{1,2}", re.ASCII)
_CHANNEL = re.compile(r"^(?:ch|chn|channel|通道)0*(\d+)$")
_TOKEN = re.compile(r"[\s_\-./()（）]+")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class RecordingCandidate:
    """One thing in the folder that is, or calls itself, a recording; ``fault`` where it cannot even be looked at."""

    path: Path
    name: str
    fault: str = ""


Scan = Callable[[RecordingCandidate, RecordingEntry | None, Sequence[Camera]], Footage]


def find_recordings(
    folder: Path,
    entries: Iterable[RecordingEntry] = (),
    cameras: Sequence[Camera] = (),
    *,
    skip: Collection[Path] = (),
    only: Collection[str] | None = None,
    elsewhere: Mapping[str, Path] = MappingProxyType({}),
    progress: Progress | None = None,
    scanned: Scan | None = None,
) -> list[Footage]:
    """The recordings in order of their paths, on corrected clocks, with overlaps within a camera marked.

    ``only`` names the few that are wanted; the others are not opened. ``elsewhere`` are those that do not lie in the folder,
    by their names. ``scanned`` makes the record of each in its own way.
    """
    manifest = {_plain(entry.file): entry for entry in entries if only is None or entry.file in only}
    here = [each for each in list_recordings(folder, skip) if each.name not in elsewhere]
    far = [RecordingCandidate(path, name) for name, path in elsewhere.items()]
    listed = sorted((each for each in [*here, *far] if only is None or each.name in only), key=lambda each: each.name)
    missing = manifest.keys() - {_plain(each.name) for each in listed}
    listed += [RecordingCandidate(folder / manifest[name].file, manifest[name].file) for name in sorted(missing)]
    offsets = {camera.id: timedelta(seconds=camera.clock_offset_s) for camera in cameras}
    found: list[Footage] = []
    for done, each in enumerate(listed):
        if progress:
            progress(done, len(listed), each.name)
        footage = (scanned or scan_listed)(each, manifest.get(_plain(each.name)), cameras)
        stated = footage.segment.clock_source is ClockSource.MANIFEST  # Chinese time already, not the camera's
        found.append(footage if stated else footage.moved(offsets.get(footage.segment.camera_id, timedelta())))
    return mark_overlaps(found)


def scan_listed(
    listed: RecordingCandidate, entry: RecordingEntry | None = None, cameras: Sequence[Camera] = ()
) -> Footage:
    """The record of one listed file, on its camera's own clock."""
    clock = read_name(listed.name)
    camera = camera_of(listed.name, clock, entry, cameras)
    if listed.fault:
        told = (damage_messages.unreadable(listed.fault),)
        return Footage(Segment(listed.name, camera, 0, ClockSource.NONE, wounds=told), listed.path)
    return scan(listed.path, name=listed.name, clock=clock, entry=entry, camera=camera)


def list_recordings(folder: Path, skip: Collection[Path] = ()) -> list[RecordingCandidate]:
    """By suffix or, for suffixes that say nothing, by content; links are followed once, devices never opened."""
    barred = {os.path.realpath(path) for path in skip}
    found: dict[tuple[int, int], RecordingCandidate] = {}
    faulty: list[RecordingCandidate] = []
    for each, state in _walk(folder, barred):
        if state is None:
            faulty.append(each)
        elif not stat.S_ISREG(state.st_mode):
            if each.path.suffix.lower() in VIDEO_SUFFIXES:
                faulty.append(replace(each, fault="a device or pipe, no file"))
        elif _may_be_video(each.path):
            found.setdefault((state.st_dev, state.st_ino), each)
    return sorted([*found.values(), *faulty], key=lambda each: each.name)


def _walk(folder: Path, barred: Collection[str]) -> Iterator[tuple[RecordingCandidate, os.stat_result | None]]:
    """Files with what the system says of them; a folder is entered once, by whatever links it is reached."""
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            state = here.stat()
            if (state.st_dev, state.st_ino) in seen:
                continue
            seen.add((state.st_dev, state.st_ino))
            children = sorted(here.iterdir())
        except OSError as fault:
            yield RecordingCandidate(here, _name(here, folder), fault.strerror or str(fault)), None
            continue
        for child in children:
            if child.name.startswith(".") or (barred and os.path.realpath(child) in barred):
                continue
            yield from _looked_at(child, folder, waiting)


def _looked_at(
    child: Path, folder: Path, waiting: list[Path]
) -> Iterator[tuple[RecordingCandidate, os.stat_result | None]]:
    listed = RecordingCandidate(child, _name(child, folder))
    try:
        state = child.stat()
    except OSError as fault:
        if child.suffix.lower() in VIDEO_SUFFIXES:
            yield replace(listed, fault=fault.strerror or str(fault)), None
        return
    if stat.S_ISDIR(state.st_mode):
        waiting.append(child)
    else:
        yield listed, state


def _name(path: Path, folder: Path) -> str:
    """The path relative to the folder in characters that every report can hold."""
    text = path.relative_to(folder).as_posix()
    return os.fsencode(text).decode("utf-8", errors="backslashreplace")


def _plain(name: str) -> str:
    """One spelling for paths written by hand on another system."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


def _may_be_video(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in VIDEO_SUFFIXES or suffix in OTHER_SUFFIXES:
        return suffix in VIDEO_SUFFIXES
    try:
        with ByteSource(path) as source:
            return bool(sniff(source.read(HEAD_BYTES)).demuxer)
    except OSError:
        return False  # no sign that it is a recording


def camera_of(name: str, clock: NameClock, entry: RecordingEntry | None, cameras: Sequence[Camera]) -> str:
    """What the manifest states, else a known camera that the path names, else what the name says, else the folder."""
    if entry and entry.camera:
        return entry.camera
    folders = name.split("/")[:-1]
    tokens = {channel(part) for text in (*folders, clock.camera) for part in (text, *_TOKEN.split(text))}
    known = [camera.id for camera in cameras if channel(camera.id) in tokens]
    if len(known) == 1:
        return known[0]
    if clock.camera:
        return clock.camera
    if len(cameras) == 1:
        return cameras[0].id
    return next(("/".join(folders[: at + 1]) for at in reversed(range(len(folders))) if _names(folders[at])), "")


def channel(name: str) -> str:
    """A camera's name as it is compared: CH02, ch2 and 通道02 are one channel of a recorder."""
    return _CHANNEL.sub(r"ch\1", name.casefold())


def _names(folder: str) -> bool:
    """Whether a folder could be named for a camera, rather than for a day or an hour."""
    return not _DATED.fullmatch(folder)


def mark_overlaps(found: Sequence[Footage]) -> list[Footage]:
    """The same recordings; those that share more than a second with another file of their camera say so."""
    shared: dict[int, list[float]] = defaultdict(list)
    by_camera: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(found):
        if each.span:
            by_camera[each.segment.camera_id].append(number)
    for numbers in by_camera.values():
        for one, other, seconds in _overlaps(found, numbers):
            shared[one].append(seconds)
            shared[other].append(seconds)
    return [_overlapped(each, shared[number]) for number, each in enumerate(found)]


def _overlaps(found: Sequence[Footage], numbers: list[int]) -> Iterator[tuple[int, int, float]]:
    spans = sorted((span, number) for number in numbers if (span := found[number].span))
    active: list[int] = []
    held = {number: span for span, number in spans}
    for span, number in spans:
        active = [other for other in active if held[other].end - span.start > _OVERLAP]
        for other in active:
            both = span.clip(held[other])
            if both and both.length > _OVERLAP:
                yield other, number, both.length_s
        active.append(number)


def _overlapped(footage: Footage, seconds: list[float]) -> Footage:
    if not seconds:
        return footage
    told = (*footage.segment.wounds, damage_messages.overlap(len(seconds), sum(seconds)))
    return replace(footage, segment=replace(footage.segment, wounds=told))
