"""Whole ID numbers and phones lie nowhere in the clear: neither in the database's files nor in a backup of it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from facts.codec import dumps, loads
from facts.digest import Digest
from facts.errors import SetupError
from facts.report import ClassReport
from runtime.platform.backup import backup
from runtime.retention.facts_shredding import rewrap_facts
from runtime.verification.facts_sealing import seal_older_facts
from storage.database.connection import open_engine, reading, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables import METADATA
from storage.database.tables.facts_keys import CLASS_KEYS
from storage.database.tables.verification import REPORTS
from storage.database.verification.facts_keys import (
    KEY_FILE,
    FactsGoneError,
    FactsKeys,
    SealBrokenError,
    destroy_class_key,
    with_facts_keys,
)
from storage.database.verification.reports import facts_of, newest_facts, plain_reports, seal_report
from tests.fixtures.earlier_version import earlier_database
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, keep, seeded
from tests.fixtures.service import Running

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PHONE = "10000000001"


def report() -> ClassReport:
    """The sample class, each of whose people has a phone that no network gives out."""
    made = sample_report()
    return replace(made, trainees=tuple(replace(one, phone=PHONE) for one in made.trainees))


def numbers_of(facts: str) -> set[str]:
    """Every ID number and phone of the facts."""
    people = loads(ClassReport, facts).trainees
    return {one.id_number.digits for one in people if one.id_number} | {one.phone for one in people if one.phone}


def facts_in(engine: Engine) -> str:
    """The facts of the first report."""
    with reading(engine, "test") as connection:
        return facts_of(connection, 1)


def kept_bytes(engine: Engine, folder: Path) -> Iterator[bytes]:
    """Everything that the database holds, as its tables say it and, for SQLite, as its files and a backup hold it."""
    with reading(engine, "test") as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                yield b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        kept = backup(sqlite_address(file), folder / "a.backup").file
        yield from (one.read_bytes() for one in (*file.parent.glob(f"{file.name}*"), kept))


def found_in(engine: Engine, folder: Path, numbers: set[str]) -> list[str]:
    """Which of the numbers lie there in the clear, in UTF-8 or UTF-16."""
    whole = b"\n".join(kept_bytes(engine, folder))
    return [one for one in numbers if one.encode() in whole or one.encode("utf-16-le") in whole]


def test_nothing_in_the_database_or_its_backup_spells_a_number_or_a_phone(
    running_service: Running, tmp_path: Path
) -> None:
    seeded(running_service, report())
    engine = running_service.service.engine
    numbers = numbers_of(facts_in(engine))
    assert PHONE in numbers
    assert len(numbers) > 2
    assert found_in(engine, tmp_path, numbers) == []
    assert facts_in(engine) == dumps(report())


def test_the_log_bears_out_what_is_opened(running_service: Running) -> None:
    seeded(running_service, report())
    assert running_service.service.log.places(Digest.of(facts_in(running_service.service.engine).encode()))


def test_the_facts_of_one_report_cannot_stand_for_another_s(running_service: Running) -> None:
    number = seeded(running_service, report())
    keep(running_service, number, report())
    engine = running_service.service.engine
    with writing(engine, "test") as connection:
        first, second = connection.execute(select(REPORTS.c.sealed).order_by(REPORTS.c.id)).scalars()
        connection.execute(update(REPORTS).where(REPORTS.c.id == 1).values(sealed=second))
    with reading(engine, "test") as connection:
        with pytest.raises(SealBrokenError, match=r"they were changed, or facts\.key is another's"):
            facts_of(connection, 1)
        assert first != second
        assert facts_of(connection, 2) == dumps(report())


def test_without_the_key_s_file_nothing_opens_and_none_is_made_in_its_place(running_service: Running) -> None:
    seeded(running_service, report())
    place = running_service.service.settings.home / "keys" / KEY_FILE
    assert place.stat().st_mode & 0o777 == 0o600
    place.rename(place.with_suffix(".away"))
    with pytest.raises(SetupError, match="bring the file back from its copy"):
        facts_in(running_service.service.engine)
    other = blank(running_service, "other", school="邻校")
    with pytest.raises(SetupError, match="bring the file back"):
        keep(running_service, other, report())
    assert not place.exists()
    place.with_suffix(".away").rename(place)
    place.chmod(0o640)
    with pytest.raises(SetupError, match=r"others may read.*chmod 600 facts\.key"):
        facts_in(running_service.service.engine)


def test_a_destroyed_key_ends_what_is_known_of_the_class_and_of_no_other(running_service: Running) -> None:
    seeded(running_service, report())
    other = seeded(running_service, report(), code="yq-2025-jz-03")
    with writing(running_service.service.engine, "test") as connection:
        assert destroy_class_key(connection, other, AT)
        assert not destroy_class_key(connection, other, AT)
    with reading(running_service.service.engine, "test") as connection:
        with pytest.raises(FactsGoneError, match="留存期满"):
            facts_of(connection, 2)
        assert [one.report_id for one in newest_facts(connection)] == [1]
        assert facts_of(connection, 1) == dumps(report())
    with pytest.raises(FactsGoneError):
        keep(running_service, other, report())


def test_a_new_secret_takes_the_place_of_the_old_one_and_the_old_may_be_forgotten(running_service: Running) -> None:
    seeded(running_service, report())
    with_other = blank(running_service, "other", school="邻校")
    keep(running_service, with_other, report())
    engine, keys = running_service.service.engine, FactsKeys(running_service.service.settings.home / "keys")
    with reading(engine, "test") as connection:
        before = connection.execute(select(CLASS_KEYS.c.wrapped)).scalars().all()
    keys.add()
    assert facts_in(engine) == dumps(report()), "the older secret still opens what lies under it"
    assert (rewrap_facts(engine, AT), rewrap_facts(engine, AT)) == (2, 0)
    assert keys.forget_older() == 1
    assert facts_in(engine) == dumps(report())
    keep(running_service, with_other, report())
    with writing(engine, "test") as connection:  # as a backup from before would be
        connection.execute(update(CLASS_KEYS).where(CLASS_KEYS.c.class_id == 1).values(wrapped=before[0]))
    with pytest.raises(SealBrokenError):
        facts_in(engine)


def as_before(engine: Engine) -> dict[int, str]:
    """The reports as earlier versions kept them."""
    with writing(engine, "test") as connection:
        numbers = connection.execute(select(REPORTS.c.id)).scalars().all()
        plain = {number: facts_of(connection, number) for number in numbers}
        for number, facts in plain.items():
            own = update(REPORTS).where(REPORTS.c.id == number)
            connection.execute(own.values(facts=facts, sealed=None))
        connection.execute(delete(CLASS_KEYS))
    return plain


def test_what_earlier_versions_kept_in_the_clear_is_sealed_from_wherever_it_was_broken_off(
    running_service: Running, tmp_path: Path
) -> None:
    number = seeded(running_service, report())
    keep(running_service, number, report())
    engine = running_service.service.engine
    plain = as_before(engine)
    assert found_in(engine, tmp_path, {PHONE}) == [PHONE], "or the test could not fail"
    (tmp_path / "a.backup").unlink(missing_ok=True)
    with writing(engine, "test") as connection:
        seal_report(connection, 1, AT)
    with suppress(ZeroDivisionError), writing(engine, "test") as connection:  # killed in the middle of the next
        seal_report(connection, 2, AT)
        raise ZeroDivisionError
    with reading(engine, "test") as connection:
        assert plain_reports(connection, 9) == (2,)
        assert {one: facts_of(connection, one) for one in plain} == plain
    assert seal_older_facts(engine, running_service.clock) == 1
    assert seal_older_facts(engine, running_service.clock) == 0
    with reading(engine, "test") as connection:
        assert {one: facts_of(connection, one) for one in plain} == plain
    assert found_in(engine, tmp_path, numbers_of(plain[1])) == []


def test_an_older_report_of_a_class_whose_key_is_destroyed_is_emptied(running_service: Running, tmp_path: Path) -> None:
    number = seeded(running_service, report())
    engine = running_service.service.engine
    as_before(engine)
    with writing(engine, "test") as connection:
        connection.execute(insert(CLASS_KEYS).values(class_id=number, wrapped=b"", made_at=AT, destroyed_at=AT))
    assert seal_older_facts(engine, running_service.clock) == 1
    assert found_in(engine, tmp_path, {PHONE}) == []


def test_the_database_of_an_earlier_version_is_sealed_whole(tmp_path: Path) -> None:
    file = earlier_database(tmp_path)
    untouched = shutil.copy(file, tmp_path / "before.db")
    engine = with_facts_keys(open_database(sqlite_address(file)), tmp_path / "keys")
    before = facts_in(engine)
    numbers = numbers_of(before)
    spelt = re.compile(b"|".join(one.encode() for one in numbers))
    assert spelt.search(Path(untouched).read_bytes())
    assert seal_older_facts(engine, lambda: datetime.now(UTC)) > 1
    assert facts_in(engine) == before
    engine.dispose()
    assert not spelt.search(file.read_bytes())
    again = with_facts_keys(open_engine(sqlite_address(file)), tmp_path / "keys")
    assert facts_in(again) == before
    again.dispose()
