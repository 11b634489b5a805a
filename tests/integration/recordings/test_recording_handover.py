"""What the service's own cameras recorded of a class hour lies with its class when the hour is over, and is verified."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from facts.course import ClassHour
from facts.digest import Digest
from facts.span import Span, local
from ingest.cameras.recorder_ledger import read_ledger
from pipeline.accounts.rights import Role
from runtime.classes.manifest import manifest_of
from runtime.platform.folders import class_folder, recordings_folder
from runtime.recordings.camera_plans import camera_plans
from runtime.recordings.camera_unit import RecorderPlace
from runtime.recordings.recording_handover import hand_over
from runtime.recordings.recording_ring import RecordingRing
from runtime.uploads.file_bindings import bindings_of_class
from storage.database.classes.classes import FileRow, add_file, classes, files
from storage.database.connection import reading, writing
from storage.database.jobs import jobs
from storage.database.recordings.cameras import CameraFields, CameraSecrets, KeptCamera, add_camera
from storage.database.recordings.segments import NewSegment, camera_segments, keep_segment
from storage.database.roll_call.rolls import RollLists, make_roll
from storage.database.tables.cameras import CAMERA_SEGMENTS
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.jobs import JOBS
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, keep
from tests.fixtures.service import Running

FIVE = timedelta(minutes=5)


@dataclass
class RecordedClass:
    """A class with one hour in room 301, and a camera there; recordings are added as its recorder would note them."""

    running: Running
    class_id: int
    camera: KeptCamera
    start: datetime
    made: int = 0

    def recorded(self, start: datetime, camera: KeptCamera | None = None) -> Path:
        """Five minutes of film as a finished file with its row and leaf."""
        row, engine = camera or self.camera, self.running.service.engine
        self.made += 1
        name = f"{row.id}/{local(start):%Y-%m-%d}/{row.id}_{local(start):%Y%m%d_%H%M%S}.000.mp4"
        file = recordings_folder(self.running.service.settings.home) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        body = b"film %d" % self.made
        file.write_bytes(body)
        file.with_suffix(".json").write_text("{}", "utf-8")
        digest, at = sha256(body).hexdigest(), self.running.clock()
        with writing(engine, "test") as connection:
            leaf = Leaf(LeafKind.SEGMENT, at, Digest(digest), f"camera:{row.id} {self.made}")
            (place,) = EvidenceLog(engine).append_within(connection, [leaf])
            told = (name, start, start + FIVE, len(body), digest, "", at, at, place)
            keep_segment(connection, NewSegment(row.id, row.institution_id, *told))
        return file

    def hand_over(self) -> int:
        service = self.running.service
        return hand_over(service.engine, service.settings, self.running.clock)

    def files(self) -> list[FileRow]:
        with reading(self.running.service.engine, "test") as connection:
            return list(files(connection, FILES.c.class_id == self.class_id))

    def jobs(self) -> list[str]:
        with reading(self.running.service.engine, "test") as connection:
            return [one.kind for one in jobs(connection, JOBS.c.class_id == self.class_id)]

    def after(self, minutes: float) -> None:
        """The clock stands so long after the hour's end."""
        end = self.start + timedelta(minutes=45)
        self.running.clock.ahead += end + timedelta(minutes=minutes) - self.running.clock()


def camera_in(running: Running, room: str, school: str = "正信职校") -> KeptCamera:
    told = CameraFields(room, "前门", "rtsp://192.0.2.7/1", "", "", "tcp", "always", audio=False, enabled=True)
    owner, at = running.institution(school), running.clock()
    with writing(running.service.engine, "test") as connection:
        return add_camera(connection, owner, told, CameraSecrets("rtsp://192.0.2.7/1"), at)


@pytest.fixture
def room(running_service: Running) -> RecordedClass:
    start = running_service.clock().replace(microsecond=0)
    number = blank(running_service, "rec-1")
    hour = ClassHour("h1", Span(start, start + timedelta(minutes=45)), room="301")
    with writing(running_service.service.engine, "test") as connection:
        make_roll(connection, number, RollLists([hour]), start)
    return RecordedClass(running_service, number, camera_in(running_service, "301"), start)


def test_recordings_of_the_hour_come_to_the_class_and_a_verification_is_asked_for(room: RecordedClass) -> None:
    before = room.recorded(room.start - 2 * FIVE)
    first, last = room.recorded(room.start - FIVE / 2), room.recorded(room.start + 8 * FIVE)
    room.after(14)
    assert (room.hand_over(), room.files(), room.jobs()) == (0, [], []), "a file of five minutes may still be open"
    room.after(16)
    assert room.hand_over() == 2
    names = {f"录像/摄像机{room.camera.id}_{one.name.partition('_')[2]}" for one in (first, last)}
    assert {one.name for one in room.files()} == names
    assert {one.added_by for one in room.files()} == {f"recorder:{room.camera.id}"}
    folder = class_folder(room.running.service.settings.home, room.class_id)
    assert {(folder / name).read_bytes() for name in names} == {first.read_bytes(), last.read_bytes()}
    assert before.exists()
    assert room.jobs() == ["verify"]
    assert room.hand_over() == 0, "nothing twice"
    assert room.jobs() == ["verify"]


def test_the_class_knows_the_room_of_the_camera_and_its_clerk_cannot_take_a_recording_back(room: RecordedClass) -> None:
    room.recorded(room.start)
    room.after(16)
    room.hand_over()
    with reading(room.running.service.engine, "test") as connection:
        (owner,) = classes(connection, CLASSES.c.id == room.class_id)
        (camera,) = manifest_of(connection, owner).cameras
        binding = bindings_of_class(connection, owner)
    assert (camera.id, camera.room) == (f"摄像机{room.camera.id}", "301")
    (file,) = room.files()
    assert binding.binding(file, "account:1") is not None


def test_another_room_s_and_another_school_s_recordings_do_not_come(room: RecordedClass) -> None:
    room.recorded(room.start, camera_in(room.running, "302"))
    room.recorded(room.start, camera_in(room.running, "301", "邻校"))
    room.after(16)
    assert room.hand_over() == 0
    assert room.files() == []


@pytest.mark.parametrize(("spoil", "fault"), [(lambda one: one.write_bytes(b"other"), "altered"), (os.unlink, "gone")])
def test_a_recording_that_is_not_what_the_log_spoke_of_comes_to_no_class(
    room: RecordedClass, spoil: Callable[[Path], object], fault: str
) -> None:
    spoil(room.recorded(room.start))
    good = room.recorded(room.start + FIVE)
    room.after(16)
    assert room.hand_over() == 1
    assert [one.name.partition("_")[2] for one in room.files()] == [good.name.partition("_")[2]]
    with reading(room.running.service.engine, "test") as connection:
        assert [one.fault for one in camera_segments(connection, CAMERA_SEGMENTS.c.fault.is_not(None))] == [fault]
    assert room.hand_over() == 0


def test_whoever_was_killed_in_between_is_finished_by_the_next(room: RecordedClass) -> None:
    file = room.recorded(room.start)
    room.after(16)
    uploads = room.running.service.settings.home / "uploads"
    uploads.mkdir(exist_ok=True)
    os.link(file, uploads / f"segment-{room.class_id}-1")
    place = class_folder(room.running.service.settings.home, room.class_id) / "录像"
    place.mkdir(parents=True)
    os.link(file, place / f"摄像机{room.camera.id}_{file.name.partition('_')[2]}")
    assert room.hand_over() == 1
    assert len(room.files()) == 1


def test_what_no_hour_needs_is_dropped_after_its_days_with_a_line_in_the_ledger(room: RecordedClass) -> None:
    idle, lesson = room.recorded(room.start - 4 * FIVE), room.recorded(room.start)
    service = room.running.service
    ring = RecordingRing(service.engine, RecorderPlace(service.settings.home, keep_free_bytes=0), room.running.clock)
    room.after(6 * 24 * 60)
    ring.step({}, set())
    assert idle.exists()
    room.after(8 * 24 * 60)
    ring.step({}, {room.camera.id})
    assert idle.exists(), "another recorder's"
    room.after(8 * 24 * 60 + 2)
    ring.step({}, set())
    assert not idle.exists()
    assert not idle.with_suffix(".json").exists()
    assert lesson.exists(), "no class has it yet"
    (line,) = read_ledger(recordings_folder(service.settings.home) / str(room.camera.id))
    assert (line.kind, line.start, line.told["reason"]) == ("dropped", room.start - 4 * FIVE, "age")
    assert room.hand_over() == 1
    room.after(8 * 24 * 60 + 4)
    ring.step({}, set())
    assert not lesson.exists()
    (file,) = room.files()
    assert (class_folder(service.settings.home, room.class_id) / file.name).is_file(), "the class keeps its own"


def test_a_short_disk_drops_the_ring_first_and_never_what_a_class_still_needs(room: RecordedClass) -> None:
    idle, lesson = room.recorded(room.start - 4 * FIVE), room.recorded(room.start)
    service = room.running.service
    place = RecorderPlace(service.settings.home, keep_free_bytes=1 << 60)
    ring = RecordingRing(service.engine, place, room.running.clock)
    room.after(0)
    ring.step({}, set())
    assert ring.is_short
    assert (idle.exists(), lesson.exists()) == (False, True)


def test_pages_say_which_recordings_the_system_made_itself(room: RecordedClass) -> None:
    room.recorded(room.start)
    room.after(16)
    room.hand_over()
    number = keep(room.running, room.class_id, sample_report())
    assert number
    with writing(room.running.service.engine, "test") as connection:
        add_file(
            connection, room.class_id, "video/CH9.mp4", "recording", 3, "0" * 64, "account:1", room.running.clock()
        )
    with room.running.again(Role.CLERK) as clerk:
        page = clerk.get(f"/classes/{room.class_id}/files").text
    assert page.count("本系统录制（日志第 ") == 1
    with room.running.again(Role.INSPECTOR) as inspector:
        page = inspector.get(f"/classes/{room.class_id}/inputs").text
    assert (page.count("本系统录制（日志第 "), page.count("<span>机构上传</span>")) == (1, 1)


def test_on_a_short_disk_a_camera_that_records_always_records_class_hours_only(room: RecordedClass) -> None:
    with reading(room.running.service.engine, "test") as connection:
        usual = camera_plans(connection, [room.camera], room.start)
        short = camera_plans(connection, [room.camera], room.start, hours_only=True)
    assert usual == {room.camera.id: "always"}
    ten, length = timedelta(minutes=10), timedelta(minutes=45)
    assert short == {room.camera.id: (Span(room.start - ten, room.start + length + ten),)}
