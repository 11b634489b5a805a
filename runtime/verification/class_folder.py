"""A class folder becomes facts: tables by their headers, recordings by their bytes, each file with what is wrong with it."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from facts.class_settings import ClassSettings
from facts.digest import Digest
from facts.errors import InputError
from facts.footage import Camera, Segment
from facts.report import InputFile
from facts.review import Review
from facts.text import Text
from ingest.manifest import Manifest, read_manifest
from ingest.recordings.damage_scan import beyond_reading
from ingest.recordings.entry import RecordingEntry
from ingest.recordings.file_digest import digest_file
from ingest.recordings.footage import Footage
from ingest.recordings.search import RecordingCandidate, find_recordings, scan_listed
from ingest.tables.search import ColumnQuestion, Tables
from pipeline.verification.report import ClassInputs
from runtime.platform.cache import Cache, file_key
from runtime.platform.child_errors import StoppedChildError
from runtime.platform.child_limits import RECORDING, ChildLimits, Reach
from runtime.platform.child_process import patiently_in_child
from runtime.platform.folders import REPORT_FOLDER
from runtime.platform.process_pool import ProcessPool
from runtime.verification.class_tables import class_tables
from runtime.verification.stored_recordings import NOTHING_STORED, StoredRecordings


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """What was found in a folder: the facts, the recordings as they can be read again, and what must be asked."""

    path: Path
    manifest: Manifest
    inputs: ClassInputs
    footage: Mapping[str, Footage]
    tables: Tables
    stored: StoredRecordings = NOTHING_STORED

    @property
    def questions(self) -> tuple[ColumnQuestion, ...]:
        """The columns whose meaning could not be guessed."""
        return self.tables.questions

    @property
    def digests(self) -> dict[str, Digest]:
        """The digest of every file that was hashed, by the name that reports call it."""
        return {file.path: file.digest for file in self.inputs.files if file.digest}


FileProgress = Callable[[int, int, str], None]  # how many files are read, of how many, and which


def read_folder(
    path: Path,
    progress: FileProgress | None = None,
    reviews: tuple[Review, ...] = (),
    settled: tuple[str, ...] | None = None,
    stored: StoredRecordings = NOTHING_STORED,
) -> ClassFolder:
    """Everything in the folder that can be read in seconds; nothing is decoded and no recording is hashed."""
    manifest = read_manifest(path)
    out = path / REPORT_FOLDER
    with stored.certain():
        footage = find_recordings(
            path,
            manifest.recordings,
            manifest.cameras,
            skip=[out],
            progress=progress,
            elsewhere=stored.paths,
            scanned=partial(scanned_apart, stored=stored),
        )
    left = _set_aside(manifest.settings, (file.segment for file in footage))
    tables = class_tables(path, _without(manifest, left), skip=[out])
    segments = tuple(file.segment for file in footage if file.segment.path not in left)
    if settled is None:
        settled = tuple(sorted(one.name for one in manifest.settings.settled))
    inputs = ClassInputs(
        manifest.training_class,
        tables.hours,
        tables.roster,
        tables.checkins,
        manifest.cameras,
        segments,
        tables.files + tuple(_recording(file.segment, left.get(file.segment.path, "")) for file in footage),
        manifest.settings,
        reviews,
        settled=settled,
    )
    return ClassFolder(path, manifest, inputs, {file.segment.path: file for file in footage}, tables, stored)


def scanned_apart(
    listed: RecordingCandidate,
    entry: RecordingEntry | None = None,
    cameras: Sequence[Camera] = (),
    *,
    limits: ChildLimits = RECORDING,
    stored: StoredRecordings = NOTHING_STORED,
) -> Footage:
    """The record of one file, made in a child; one that stops its reader proves nothing, the others are read."""
    if listed.fault:
        return scan_listed(listed, entry, cameras)
    reach = Reach((Path(os.path.realpath(listed.path)),), ranges=stored.door([listed.path]))
    try:
        return patiently_in_child(limits, reach, listed.name, scan_listed, listed, entry, cameras)
    except StoppedChildError as error:
        return scan_listed(replace(listed, fault=str(error).removeprefix(f"{listed.name}: ")), entry, cameras)


def _set_aside(settings: ClassSettings, segments: Iterable[Segment]) -> Mapping[str, str]:
    """The recordings that nobody can read and that the institution set aside, with its reason; a readable one stays."""
    dead = [segment.path for segment in segments if beyond_reading(segment)]
    return {path: reason for path in dead if (reason := settings.reason_against(path))}


def _without(manifest: Manifest, recordings: Mapping[str, str]) -> Manifest:
    """What the lists are read by: they know nothing of recordings."""
    lists = tuple(one for one in manifest.settings.aside if one.file not in recordings)
    return replace(manifest, settings=replace(manifest.settings, aside=lists))


def _recording(segment: Segment, aside: str = "") -> InputFile:
    faults = () if aside else tuple(Text(wound.detail_zh, wound.detail_en) for wound in segment.wounds)
    return InputFile(
        segment.path,
        "recording",
        segment.size_bytes,
        None,
        segment.camera_id,
        segment.span,
        segment.clock_source,
        faults,
        aside,
    )


@dataclass(frozen=True, slots=True)
class HashTask:
    """One file to hash, unless it was hashed before and has not changed."""

    path: Path
    name: str
    cache: Cache | None


def digest_of_task(task: HashTask) -> Digest | None:
    """The file's digest; nothing where it cannot be read, which its own fault already says."""
    try:
        key = file_key(task.path)
        if task.cache and (known := task.cache.get(key)):
            return Digest(known)
        digest = digest_file(task.path)
    except (OSError, ValueError, InputError):
        return None
    if task.cache:
        task.cache.put(key, digest.sha256)
    return digest


def _no_digest(_: HashTask) -> None:
    return None


def with_digests(
    folder: ClassFolder, workers: int, cache: Cache | None, progress: FileProgress | None = None
) -> ClassFolder:
    """The same folder with the digest of every file that can be read; what lies in the store has its own as address."""
    own = folder.stored.digests
    tasks = [HashTask(_where(folder, file), file.path, cache) for file in folder.inputs.files if file.path not in own]
    crew: ProcessPool[HashTask, Digest | None] = ProcessPool(digest_of_task, _no_digest, workers)
    found: dict[str, Digest | None] = {**own}
    for task, digest in crew.run(tasks):
        found[task.name] = digest
        if progress:
            progress(len(found) - len(own), len(tasks), task.name)
    files = tuple(replace(file, digest=found[file.path]) for file in folder.inputs.files)
    segments = tuple(replace(segment, digest=found.get(segment.path)) for segment in folder.inputs.segments)
    return replace(folder, inputs=replace(folder.inputs, files=files, segments=segments))


def _where(folder: ClassFolder, file: InputFile) -> Path:
    footage = folder.footage.get(file.path)
    return footage.path if footage else folder.path / file.path
