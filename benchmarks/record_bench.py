"""How fast records are held against the log, and what their imprints cost whoever writes them.

    python -m benchmarks.record_bench [--records 10000 50000 200000]

Half of the records are objects of evidence, half are holds; written in transactions of 1,000, and one by one. The floor
of a write is the same statement through an engine that nobody listens to.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from runtime.platform.clock import now
from storage.database.connection import open_engine, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables.retention import HOLDS, OBJECTS
from storage.evidence_log.record_audit import audit_records

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BATCH, SINGLE = 1000, 200


def main() -> int:
    """Measure and print; fail where the audit finds anything."""
    wanted = argparse.ArgumentParser(description="speed of the audit of records")
    wanted.add_argument("--records", type=int, nargs="+", default=[10_000, 50_000, 200_000])
    for size in wanted.parse_args().records:
        with tempfile.TemporaryDirectory() as folder:
            if not measured(Path(folder), size):
                return 1
    return 0


def measured(folder: Path, size: int) -> bool:
    """One size: written with and without imprints, then audited."""
    address = sqlite_address(folder / "own.db")
    engine = open_database(address)
    own_s = written(engine, size, BATCH)
    bare_address = sqlite_address(folder / "bare.db")
    open_database(bare_address).dispose()
    bare = open_engine(bare_address)
    bare_s = written(bare, size, BATCH)
    began, spent = time.perf_counter(), time.process_time()
    done = audit_records(engine, now, anew=True)
    audit_s, cpu_s = time.perf_counter() - began, time.process_time() - spent
    single, bare_single = written(engine, SINGLE, 1, size), written(bare, SINGLE, 1, size)
    print(
        f"{done.records:,} records: audit {audit_s:.1f} s, {cpu_s:.1f} CPU s, {done.records / audit_s:,.0f} a second;"
        f" written in thousands {own_s:.1f} s ({bare_s:.1f} s without imprints);"
        f" one by one {1000 * single / SINGLE:.1f} ms each ({1000 * bare_single / SINGLE:.1f} ms without)"
    )
    engine.dispose()
    bare.dispose()
    return done.sound


def written(engine: Engine, size: int, batch: int, first: int = 0) -> float:
    """The seconds of writing so many records."""
    began = time.perf_counter()
    for start in range(first, first + size, batch):
        numbers = range(start, start + batch)
        with writing(engine, "bench") as connection:
            if start // batch % 2:
                connection.execute(insert(HOLDS), holds(numbers))
            else:
                connection.execute(insert(OBJECTS), objects(numbers))
    return time.perf_counter() - began


def objects(numbers: Sequence[int]) -> list[dict[str, object]]:
    """Objects of evidence."""
    fixed = {"store": "file:///evidence", "version_id": "", "generation": 0, "size_bytes": 1 << 20, "keep_until": AT}
    return [{**fixed, "sha256": f"{number:064x}"} for number in numbers]


def holds(numbers: Sequence[int]) -> list[dict[str, object]]:
    """Holds."""
    said = {"reason": "举报核查", "case_ref": "2026-001", "placed_by": "account:1", "placed_at": AT}
    fixed = {"class_id": "2026-03-家政1班", "sha256": "", "settled": 1, "released_by": "", **said}
    return [{**fixed, "id": f"{number:016x}"} for number in numbers]


if __name__ == "__main__":
    sys.exit(main())
