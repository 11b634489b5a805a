"""Versions of a class's settings on both databases: none is lost, none is changed, and each has its leaf."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from facts.check_in import Datum
from facts.class_settings import NOTHING_SET, ClassSettings, DeviceRule, PlaceRule
from facts.codec import dumps
from facts.digest import Digest
from facts.errors import FaultsError
from facts.footage import Camera
from facts.statements import ListSetAside, StatedStart
from runtime.classes.settings import change_settings
from runtime.verification.queue import ask_verification
from storage.database.classes.classes import add_file, classes
from storage.database.classes.settings import (
    SettingsChange,
    SettingsRow,
    StaleSettingsError,
    newest_settings,
    settings_versions,
)
from storage.database.connection import reading, writing
from storage.database.schema import open_database
from storage.database.tables.class_settings import CLASS_SETTINGS
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical
from tests.fixtures.class_rows import a_class
from tests.fixtures.log_keeper import events

AT = datetime(2026, 3, 2, tzinfo=UTC)
WHOLE = ClassSettings(
    (Camera("CH02", "201教室", -12.5),),
    PlaceRule(37.857012, 113.580034, Datum.BD09),
    DeviceRule(2, second_phone=True),
    (StatedStart("录像/hiv00001.mp4", datetime(2025, 4, 7, 0, 30, tzinfo=UTC), "CH02"),),
    (ListSetAside("花名册.xlsx", "证号录错，已另传更正版"),),
)
_ROUNDS = 8
PLAIN = ClassSettings((Camera("CH02", "302教室"),))


def changed(engine: Engine, based_on: int, settings: ClassSettings, minutes: int = 0) -> SettingsRow:
    at = AT + timedelta(minutes=minutes)
    with writing(engine, "test") as connection:
        owner = classes(connection, CLASSES.c.id == 1)[0]
        return change_settings(
            connection, EvidenceLog(engine), owner, SettingsChange(1, based_on, settings, "account:7"), at
        )


def versions(engine: Engine) -> tuple[SettingsRow, ...]:
    with reading(engine, "test") as connection:
        return settings_versions(connection, CLASS_SETTINGS.c.class_id == 1)


def asked(engine: Engine) -> list[str]:
    with reading(engine, "test") as connection:
        return list(connection.execute(select(JOBS.c.key)).scalars())


def test_a_class_of_which_nothing_was_set_has_version_nought(database: Engine) -> None:
    a_class(database)
    with reading(database, "test") as connection:
        now = newest_settings(connection, 1)
    assert (now.version, now.settings, now.made_at) == (0, NOTHING_SET, None)


def test_each_change_is_a_version_with_who_when_and_its_leaf(database: Engine) -> None:
    a_class(database)
    first, second = changed(database, 0, WHOLE), changed(database, 1, PLAIN, 5)
    assert versions(database) == (first, second)
    assert [(one.version, one.made_by, one.made_at) for one in versions(database)] == [
        (1, "account:7", AT),
        (2, "account:7", AT + timedelta(minutes=5)),
    ]
    assert first.settings == WHOLE
    with reading(database, "test") as connection:
        assert newest_settings(connection, 1) == second
    log = EvidenceLog(database)
    for one in versions(database):
        leaf = log.leaf(one.leaf)
        assert (leaf.kind, leaf.sha256, leaf.subject) == (
            LeafKind.SETTINGS,
            one.hashed,
            f"class:1 settings:{one.version}",
        )


def test_a_version_from_before_settings_knew_of_recordings_still_fits_its_leaf(database: Engine) -> None:
    a_class(database)
    body = dumps(PLAIN).partition(', "recordings": ')[0] + "}}"
    said = {"class_id": 1, "version": 1, "made_by": "account:7", "settings": body}
    digest = Digest.of(canonical(said))
    log = EvidenceLog(database)
    with writing(database, "test") as connection:
        (leaf,) = log.append_within(connection, [Leaf(LeafKind.SETTINGS, AT, digest, "class:1 settings:1")])
        values = {"class_id": 1, "version": 1, "body": body, "made_by": "account:7", "made_at": AT, "leaf": leaf}
        connection.execute(CLASS_SETTINGS.insert().values(**values))
    (one,) = versions(database)
    assert one.settings == PLAIN
    assert one.hashed == log.leaf(leaf).sha256 == digest


def test_a_version_that_was_altered_no_longer_fits_its_leaf(database: Engine) -> None:
    a_class(database)
    changed(database, 0, WHOLE)
    with writing(database, "somebody at the database") as connection:
        connection.execute(CLASS_SETTINGS.update().values(body=CLASS_SETTINGS.c.body.op("||")(" ")))
        connection.execute(CLASS_SETTINGS.update().values(made_by="account:9"))
    [one] = versions(database)
    assert EvidenceLog(database).leaf(one.leaf).sha256 != one.hashed


def test_a_change_of_an_older_version_is_refused_and_keeps_nothing(database: Engine) -> None:
    a_class(database)
    changed(database, 0, WHOLE)
    with pytest.raises(StaleSettingsError, match="got version 0, expected version 1"):
        changed(database, 0, PLAIN)
    assert len(versions(database)) == 1
    assert len(events(EvidenceLog(database))) == 1


def test_saying_the_same_again_is_no_change(database: Engine) -> None:
    a_class(database)
    assert changed(database, 0, NOTHING_SET).version == 0
    first = changed(database, 0, WHOLE)
    assert changed(database, 1, WHOLE) == first
    assert changed(database, 0, WHOLE) == first  # the button was pressed twice
    assert len(events(EvidenceLog(database))) == 1


def test_every_fault_is_told_and_nothing_is_kept(database: Engine) -> None:
    a_class(database)
    wrong = ClassSettings((Camera(""),), PlaceRule(113.5, 37.8, Datum.GCJ02))
    with pytest.raises(FaultsError, match=r"cameras\.0\.id.*\n.*place\.latitude.*\n.*place\.longitude"):
        changed(database, 0, wrong)
    assert versions(database) == ()


def test_of_several_changes_at_once_one_is_kept_and_the_others_are_told(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(4)]
    a_class(engines[0])
    together = threading.Barrier(len(engines))

    def change(number: int) -> list[bool]:
        kept = []
        for based_on in range(_ROUNDS):
            together.wait(20)
            try:
                own = ClassSettings((Camera(f"CH{based_on}"),), device=DeviceRule(number + 2))
                kept.append(changed(engines[number], based_on, own).version == based_on + 1)
            except StaleSettingsError:
                kept.append(False)
        return kept

    with ThreadPoolExecutor(len(engines)) as threads:
        rounds = zip(*threads.map(change, range(len(engines))), strict=True)
    assert [sum(kept) for kept in rounds] == [1] * _ROUNDS
    assert [one.version for one in versions(engines[0])] == list(range(1, _ROUNDS + 1))
    for engine in engines:
        engine.dispose()


def test_a_change_asks_for_a_verification_anew_and_the_same_settings_do_not(database: Engine) -> None:
    a_class(database)
    with writing(database, "test") as connection:
        add_file(connection, 1, "花名册.xlsx", "roster", 10, "0" * 64, "test", AT)
        ask_verification(connection, classes(connection)[0], AT)
    changed(database, 0, WHOLE)
    changed(database, 1, WHOLE)
    changed(database, 1, PLAIN)
    assert len(set(asked(database))) == 3
    with writing(database, "test") as connection:
        ask_verification(connection, classes(connection)[0], AT)
    assert len(asked(database)) == 3


def test_a_class_without_files_is_set_and_nothing_is_asked(database: Engine) -> None:
    a_class(database)
    changed(database, 0, WHOLE)
    assert asked(database) == []


def test_the_settings_of_one_class_are_no_other_class_s(database: Engine) -> None:
    a_class(database)
    changed(database, 0, WHOLE)
    with writing(database, "test") as connection:
        row = {**connection.execute(select(CLASSES)).mappings().one(), "id": 2, "code": "jz2"}
        connection.execute(insert(CLASSES).values(**row))
        assert newest_settings(connection, 2).settings == NOTHING_SET
