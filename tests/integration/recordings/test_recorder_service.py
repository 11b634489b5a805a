"""The service's recorder: cameras of the database, one lease each, every finished file with its leaf."""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from facts.digest import Digest
from facts.recorder import EntryKind
from facts.recording_origin import PROMPT
from ingest.cameras.recorder_ledger import LEDGER_NAME
from ingest.recordings.file_digest import digest_file
from runtime.platform.clock import now
from runtime.platform.folders import recordings_folder
from runtime.recordings.lease_expiry import tell_unheld
from storage.database.connection import writing
from storage.database.recordings.cameras import CameraFields, CameraSecrets, KeptCamera, change_camera, end_camera
from storage.database.schema import open_database
from storage.database.verification.facts_keys import with_facts_keys
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.cut_connection import CutConnection
from tests.fixtures.postgres import Postgres
from tests.fixtures.recorder_service import RecordedService
from tests.fixtures.rtsp_camera import rtsp_camera


@pytest.fixture
def recorded(database: Engine, tmp_path: Path) -> RecordedService:
    """A home without a camera."""
    return RecordedService(tmp_path, database)


def told(row: KeptCamera, **other: object) -> CameraFields:
    """What is said of the camera, with something changed."""
    names = CameraFields.__slots__
    return replace(CameraFields(**{name: getattr(row, name) for name in names}), **other)  # type: ignore[arg-type]


def change(recorded: RecordedService, row: KeptCamera, **other: object) -> KeptCamera:
    with writing(recorded.engine, "test") as connection:
        return change_camera(connection, row, told(row, **other), CameraSecrets(row.address), now())


def test_a_camera_of_the_database_is_recorded_and_each_file_has_its_leaf(
    recorded: RecordedService, tmp_path: Path
) -> None:
    with rtsp_camera(tmp_path) as camera, recorded.recorder():
        row = recorded.camera(camera.address)
        recorded.wait(lambda: len(recorded.segments(row.id)) >= 2, "two files with their leaves")
        state = recorded.wait_for_state(row.id, "recording")
        assert state.newest_at is not None
    lines = (recordings_folder(recorded.home) / str(row.id) / LEDGER_NAME).read_bytes().splitlines()
    for one in recorded.segments(row.id):
        path = recordings_folder(recorded.home) / one.file
        assert digest_file(path).sha256 == one.sha256
        assert digest_file(path.with_suffix(".json")).sha256 == one.sidecar_sha256
        assert one.noted_at - one.ends_at <= PROMPT
        leaf = EvidenceLog(recorded.engine).leaf(one.leaf)
        assert (leaf.kind, leaf.sha256) == (LeafKind.SEGMENT, Digest(one.sha256))
        closing = next(line for line in lines if json.loads(line).get("told", {}).get("name") == one.file)
        assert leaf.note == f"sidecar {one.sidecar_sha256} ledger {Digest.of(closing).sha256}"
    assert recorded.status(row.id).account.unexplained_s == 0.0
    assert recorded.states() == {}, "whoever stops in order lets its cameras go"


def test_changes_are_followed_within_seconds_and_a_new_name_costs_no_second(
    recorded: RecordedService, tmp_path: Path
) -> None:
    with rtsp_camera(tmp_path) as camera, recorded.recorder():
        row = recorded.camera(camera.address)
        recorded.wait_for_state(row.id, "recording")
        row = change(recorded, row, name="后门")
        recorded.wait(lambda: recorded.states()[row.id].version == 2, "the new name is heard of")
        assert [one.kind for one in recorded.entries(row.id)].count(EntryKind.BEGIN) == 1
        row = change(recorded, row, audio=True)
        recorded.wait(lambda: recorded.states().get(row.id) and recorded.states()[row.id].version == 3, "recorded anew")
        recorded.wait_for_state(row.id, "recording")
        assert [one.kind for one in recorded.entries(row.id)].count(EntryKind.BEGIN) == 2
        change(recorded, row, enabled=False)
        recorded.wait(lambda: row.id not in recorded.states(), "switched off")
        off = recorded.status(row.id).account
        assert off.unexplained_s == 0.0
        assert off.planned == recorded.status(row.id).account.planned, "nothing is planned any more"


def test_a_camera_that_is_taken_away_is_recorded_no_more(recorded: RecordedService, tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as camera, recorded.recorder():
        row = recorded.camera(camera.address)
        recorded.wait_for_state(row.id, "recording")
        with writing(recorded.engine, "test") as connection:
            end_camera(connection, row.id, now())
        recorded.wait(lambda: row.id not in recorded.states(), "let go")
        recorded.wait(lambda: recorded.entries(row.id)[-1].kind is EntryKind.END, "ended in order")


def test_silence_is_told_once_with_its_reason_and_ends_when_it_speaks_again(
    recorded: RecordedService, tmp_path: Path
) -> None:
    with rtsp_camera(tmp_path) as camera, recorded.recorder():
        row = recorded.camera(camera.address)
        recorded.wait_for_state(row.id, "recording")
        camera.tell("stall")
        recorded.wait(lambda: "camera.silent" in recorded.events(), "somebody is called")
        silent = recorded.states()[row.id]
        assert silent.state == "silent"
        assert silent.since < now()
        assert [one for one in recorded.gaps(row.id) if one.ends_at is None and one.told_at]
        camera.tell("resume")
        recorded.wait(lambda: "camera.back" in recorded.events(), "it speaks again")
        recorded.wait(lambda: all(one.ends_at for one in recorded.gaps(row.id)), "no gap is open")
    assert recorded.events() == ["camera.silent", "camera.back"]


def test_a_camera_on_an_address_that_is_not_allowed_is_not_even_asked(recorded: RecordedService) -> None:
    with recorded.recorder():
        row = recorded.camera("rtsp://192.0.2.9/1")
        state = recorded.wait_for_state(row.id, "silent", "not_allowed")
        assert "XUESHI_CAMERA_NETWORKS" in state.words


def test_two_recorders_share_the_cameras_and_none_is_recorded_twice(recorded: RecordedService, tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as camera, recorded.recorder() as one, recorded.recorder() as two:
        row = recorded.camera(camera.address)
        recorded.wait(lambda: recorded.segments(row.id), "a file")
        assert recorded.states()[row.id].holder in {one.name, two.name}
        assert [entry.kind for entry in recorded.entries(row.id)].count(EntryKind.BEGIN) == 1


def test_after_kill_9_of_the_recorder_another_takes_over_and_no_second_is_unexplained(
    recorded: RecordedService, database_url: str, tmp_path: Path
) -> None:
    with rtsp_camera(tmp_path) as camera:
        row = recorded.camera(camera.address)
        first = recorded.process(database_url)
        recorded.wait_for_state(row.id, "recording")
        holder = recorded.states()[row.id].holder
        second = recorded.process(database_url)
        first.kill()
        first.wait()
        recorded.wait(lambda: recorded.states()[row.id].holder != holder, "another takes the camera over")
        recorded.wait_for_state(row.id, "recording")
        second.terminate()
        assert second.wait(60) == 0
    account = recorded.status(row.id).account
    assert account.unexplained_s == 0.0
    assert "not_running" in {gap.reason for gap in account.gaps}
    assert "not_running" in {gap.reason for gap in recorded.gaps(row.id)}
    closed = [one for one in recorded.entries(row.id) if one.kind is EntryKind.CLOSED and one.told.get("name")]
    assert {one.file for one in recorded.segments(row.id)} == {one.told["name"] for one in closed}


def test_a_recorder_that_died_is_told_by_the_worker_and_the_next_one_says_that_it_speaks_again(
    recorded: RecordedService, database_url: str, tmp_path: Path
) -> None:
    with rtsp_camera(tmp_path) as camera:
        row = recorded.camera(camera.address)
        only = recorded.process(database_url)
        recorded.wait_for_state(row.id, "recording")
        assert tell_unheld(recorded.engine, now) == 0, "it lives"
        only.kill()
        only.wait()
        recorded.wait(lambda: tell_unheld(recorded.engine, now), "its lease ran out and nobody took the camera")
        assert tell_unheld(recorded.engine, now) == 0, "told once"
        assert recorded.events() == ["camera.silent"]
        with recorded.recorder():
            recorded.wait(lambda: recorded.events() == ["camera.silent", "camera.back"], "it speaks again")


def test_a_database_that_is_lost_costs_no_second_and_its_files_get_their_leaves_later(
    postgres_server: Postgres, tmp_path: Path
) -> None:
    address = postgres_server.new_database()
    url = make_url(address)
    engine = with_facts_keys(open_database(address), tmp_path / "keys")
    recorded = RecordedService(tmp_path, engine)
    with (
        ExitStack() as over,
        rtsp_camera(tmp_path) as camera,
        CutConnection(url.host or "", url.port or 5432) as line,
    ):
        over.callback(engine.dispose)
        row = recorded.camera(camera.address)
        host, _, port = line.endpoint.partition(":")
        through = url.set(host=host, port=int(port)).render_as_string(hide_password=False)
        own = with_facts_keys(open_database(through), tmp_path / "keys")
        over.callback(own.dispose)  # its connections were cut, and a later test would hear of them
        with RecordedService(tmp_path, own).recorder():
            recorded.wait_for_state(row.id, "recording")
            line.cut()
            files = len([one for one in recorded.entries(row.id) if one.kind is EntryKind.SEGMENT])
            with recorded.recorder():  # reaches the database, and finds that somebody writes into the folder
                recorded.wait(
                    lambda: len([one for one in recorded.entries(row.id) if one.kind is EntryKind.SEGMENT]) > files + 4,
                    "what is recorded goes on",
                )
        assert [one.kind for one in recorded.entries(row.id)].count(EntryKind.BEGIN) == 1
        with recorded.recorder():
            recorded.wait_for_state(row.id, "recording")
            closed = [one.told["name"] for one in recorded.entries(row.id) if one.told.get("name")]
            recorded.wait(
                lambda: {one.file for one in recorded.segments(row.id)} >= set(closed), "every file has its leaf"
            )
        own.dispose()
    assert recorded.status(row.id).account.unexplained_s == 0.0
    engine.dispose()
    postgres_server.drop(address)
