"""A sweep against a real S3 server with Object Lock: due versions go, certified; held and locked ones stay."""

import io
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from facts.retention import Scope
from pipeline.retention import orders
from pipeline.retention.sweep import SweepOutcome
from storage.database.connection import sqlite_address
from storage.database.schema import open_database
from storage.evidence.port import Ref
from storage.retention.certificate import read_certificate
from tests.fixtures.evidence_stores import s3
from tests.fixtures.radosgw import Radosgw
from tests.fixtures.retention_case import Office, a_hold, use

pytestmark = pytest.mark.s3
LOCKED_S = 6


def test_the_server_deletes_what_is_due_and_keeps_what_is_held_or_locked_longer_than_we_thought(
    s3_server: Radosgw, tmp_path: Path
) -> None:
    kept = s3(s3_server)
    engine = open_database(sqlite_address(tmp_path / "xueshi.db"))
    office = Office(tmp_path, engine, kept.store, kept.clock, grace=timedelta())
    ended = date(2020, 1, 31)
    retain = timedelta(seconds=LOCKED_S)
    due, held, longer = (
        office.keep(name, use(name.decode(), class_end=ended), retain) for name in (b"due", b"held", b"longer")
    )
    kept.store.extend(Ref(longer.digest, longer.version_id), kept.clock() + timedelta(seconds=60))
    placed, done = orders.hold(office.desk, a_hold(Scope("held"), office.clock))
    assert [one.refusal for one in done] == [""]
    assert placed.label in kept.store.stat(Ref(held.digest, held.version_id)).holds
    assert office.sweep() == []
    time.sleep(LOCKED_S + 1.5)
    swept = {one.kept.number: one for one in office.sweep()}
    assert {number: one.outcome for number, one in swept.items()} == {
        due.number: SweepOutcome.DELETED,
        longer.number: SweepOutcome.REFUSED,
    }
    said, _, signed = read_certificate(swept[due.number].certificate)
    assert (signed, said["enforcement"], said["version_id"]) == (True, "s3-compliance", due.version_id)
    assert "kept until" in swept[longer.number].reason
    assert {stored.key for stored in kept.store.list()} == {held.digest.sha256, longer.digest.sha256}
    orders.release(office.desk, placed.id, "李科长")
    assert [one.outcome for one in office.sweep() if one.kept.number == held.number] == [SweepOutcome.DELETED]
    again = office.keep(b"due", use("due again", class_end=ended), retain)
    assert again.version_id != due.version_id
    assert io.BytesIO(b"".join(kept.store.get(Ref(again.digest, again.version_id)))).getvalue() == b"due"
    engine.dispose()
