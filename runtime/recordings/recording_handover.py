"""Recordings of the service's own cameras become files of their classes when the hour is over, and are verified."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from facts.errors import InputError, XueshiError
from ingest.recordings.file_digest import digest_file
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, inside, placed, recordings_folder, uploads_folder
from runtime.platform.settings import Settings
from runtime.uploads.arrival import name_in_use
from runtime.verification.queue import ask_verification
from storage.database.classes.classes import add_file, classes
from storage.database.connection import reading, writing
from storage.database.jobs import OF_ITSELF
from storage.database.recordings.handovers import (
    BY_RECORDER,
    Handover,
    camera_name,
    due_handovers,
    recorded_classes,
)
from storage.database.recordings.segments import KeptSegment, spoil_segment
from storage.database.tables.classes import CLASSES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.uploads.partial_file import PartialFile

_LOG = logging.getLogger("xueshi.record")
RECORDED = "录像"
DUE_AFTER = timedelta(minutes=15)  # the plan's ten minutes after the hour, and a file of five that is still open
_OF_LATE = timedelta(days=8)
ALTERED, GONE = "altered", "gone"


def hand_over(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Gives each class what is due to it and asks for its verification once its day is over; how many files it were."""
    with reading(engine, "looking for recordings of class hours") as connection:
        due = due_handovers(connection, clock() - DUE_AFTER)
    handed = 0
    for one in due:
        try:
            handed += _hand(engine, settings, clock, one)
        except XueshiError as error:
            _LOG.warning("recording %s is not with class %s yet: %s", one.segment.file, one.class_id, error)
    ask_verifications(engine, clock)
    return handed


def ask_verifications(engine: Engine, clock: Callable[[], datetime]) -> None:
    """One verification for each class whose day is over and whose new recordings nobody has read."""
    at = clock()
    with reading(engine, "looking for classes with new recordings") as connection:
        fresh = recorded_classes(connection, at - _OF_LATE, at - DUE_AFTER)
        waiting = {one.class_id for one in due_handovers(connection, at - DUE_AFTER)}
    for class_id in fresh:
        if class_id not in waiting:
            with writing(engine, "asking for a verification") as connection:
                owner = classes(connection, CLASSES.c.id == class_id)[0]
                ask_verification(connection, owner, at, rank=OF_ITSELF)


def _hand(engine: Engine, settings: Settings, clock: Callable[[], datetime], one: Handover) -> bool:
    segment = one.segment
    source = inside(recordings_folder(settings.home), segment.file)
    if fault := _spoilt(source, segment):
        _LOG.error("RECORDING_ALTERED %s: %s; no class gets it", segment.file, fault)
        with writing(engine, "noting a spoilt recording") as connection:
            spoil_segment(connection, segment.id, fault)
        return False
    partial = PartialFile(uploads_folder(settings.home), f"segment-{one.class_id}-{segment.id}")
    partial.discard()  # of a worker that was killed
    placed(source, partial.path)
    with partial.settling():
        place = inside(class_folder(settings.home, one.class_id), name_of(segment))
        partial.place(place)
        blob_folder(settings).keep(place)
        _record(engine, clock(), one)
    partial.discard()
    return True


def name_of(segment: KeptSegment) -> str:
    """What the recording is called in its class: the camera, and when it begins."""
    stamp = segment.file.rpartition("/")[2].partition("_")[2]
    return f"{RECORDED}/{camera_name(segment.camera_id)}_{stamp}"


def _spoilt(source: Path, segment: KeptSegment) -> str:
    """Why the bytes are not those of which the log spoke when the file was finished."""
    try:
        return "" if digest_file(source).sha256 == segment.sha256 else ALTERED
    except (OSError, InputError):
        return GONE


def _record(engine: Engine, at: datetime, one: Handover) -> None:
    segment, name = one.segment, name_of(one.segment)
    with writing(engine, "keeping a recording") as connection:
        if name_in_use(connection, one.class_id, name):
            return
        by = f"{BY_RECORDER}{segment.camera_id}"
        told = (name, "recording", segment.size_bytes, segment.sha256, by, at)
        number = add_file(connection, one.class_id, *told)
        subject = f"class:{one.class_id} file:{number}"
        leaf = Leaf(LeafKind.RECORDING, at, Digest(segment.sha256), subject, f"segment leaf {segment.leaf}")
        EvidenceLog(engine).append_within(connection, [leaf])
