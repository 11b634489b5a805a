"""Cameras in both databases: kept as told, their secrets under the institution's key, every change with its leaf."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, update

from runtime.retention.facts_shredding import rewrap_facts
from storage.database.accounts.accounts import add_institution
from storage.database.connection import reading, writing
from storage.database.notifications.events import events, raise_event
from storage.database.recordings.cameras import (
    CameraFields,
    CameraSecrets,
    KeptCamera,
    add_camera,
    camera_secrets,
    cameras,
    change_camera,
    end_camera,
)
from storage.database.tables.cameras import CAMERAS
from storage.database.verification.facts_keys import FactsKeys, SealBrokenError
from storage.evidence_log.errors import RecordAlteredError

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOLD = CameraFields("301", "前门", "rtsp://192.0.2.7/101", "", "viewer", "tcp", "timetable", audio=False, enabled=True)
SECRETS = CameraSecrets("rtsp://192.0.2.7/101", "", "p@ss word'9")


@pytest.fixture
def kept(database: Engine) -> KeptCamera:
    """One camera of one institution."""
    with writing(database, "test") as connection:
        owner = add_institution(connection, "演示培训学校", "", "示例市", AT)
        return add_camera(connection, owner.id, TOLD, SECRETS, AT)


def test_what_was_told_comes_back_and_the_password_lies_nowhere_in_the_clear(
    database: Engine, kept: KeptCamera
) -> None:
    with reading(database, "test") as connection:
        (found,) = cameras(connection)
        assert found == kept
        assert camera_secrets(connection, found) == SECRETS
        row = connection.execute(select(CAMERAS)).one()
    assert "p@ss" not in repr(row)
    assert b"p@ss" not in row.sealed
    assert "p@ss" not in repr(SECRETS)


def test_a_change_is_another_version_and_an_ended_camera_has_no_secrets(database: Engine, kept: KeptCamera) -> None:
    with writing(database, "test") as connection:
        told = replace(TOLD, room="302", name="后门")
        changed = change_camera(connection, kept, told, CameraSecrets("rtsp://192.0.2.7/101", "", "other"), AT)
        assert (changed.room, changed.version) == ("302", 2)
        assert camera_secrets(connection, changed).password == "other"  # noqa: S105 - a test's
    with writing(database, "test") as connection:
        end_camera(connection, kept.id, AT)
    with reading(database, "test") as connection:
        (ended,) = cameras(connection)
        assert (ended.version, ended.enabled, ended.ended_at) == (3, False, AT)
        with pytest.raises(SealBrokenError):
            camera_secrets(connection, ended)


def test_secrets_move_under_the_new_key_when_keys_are_rotated(database: Engine, kept: KeptCamera) -> None:
    keys: FactsKeys = database.get_execution_options()["facts_keys"]
    keys.add()
    assert rewrap_facts(database, AT) == 1
    assert keys.forget_older() == 1
    with reading(database, "test") as connection:
        assert camera_secrets(connection, kept) == SECRETS


def test_an_address_changed_behind_the_programs_back_is_not_used(database: Engine, kept: KeptCamera) -> None:
    with database.connect() as connection:
        connection.exec_driver_sql("UPDATE camera SET address = 'rtsp://192.0.2.66/1'")
        connection.commit()
    with reading(database, "test") as connection, pytest.raises(RecordAlteredError):
        cameras(connection, CAMERAS.c.id == kept.id)


def test_an_event_may_be_of_an_institution_alone(database: Engine, kept: KeptCamera) -> None:
    with writing(database, "test") as connection:
        owner = add_institution(connection, "另一所学校", "", "示例市", AT)
        raise_event(connection, "camera.silent", owner, AT, "{}")
    with reading(database, "test") as connection:
        (told,) = events(connection)
    assert (told.class_id, told.kind) == (None, "camera.silent")
    with writing(database, "test") as connection:
        connection.execute(update(CAMERAS).where(CAMERAS.c.id == kept.id).values(room="303"))
