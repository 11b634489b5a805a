"""How fast 概况 comes over a million class hours: page, API and workbook, for a whole county and for one institution.

    python -m benchmarks.overview_bench [--classes 40000] [--postgres]

Every class has 25 hours in two months with three verdicts (their tallies; the page reads no verdict), one claim and one
open doubt; 300 institutions, four programmes, 24 months. No evidence, camera or spot check is seeded. The service is one
process on loopback; the median of five answers is printed. Fails where page or API take above 300 ms.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Table, TableClause, column, insert, select, table

from pipeline.accounts.rights import Role
from storage.database.accounts.accounts import add_institution
from storage.database.connection import sqlite_address, writing
from storage.database.migrations.versions.v0038_overview import _ALL_HOURS as ALL_HOURS
from storage.database.migrations.versions.v0038_overview import _ALL_MONEY as ALL_MONEY
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tables.statistics import CLAIM_TALLIES, HOUR_TALLIES
from storage.database.tables.verification import CLASS_DOUBTS, REPORTS
from tests.fixtures.postgres import postgres, programs
from tests.fixtures.sample_service import seeded
from tests.fixtures.service import PLACES, Running, running, settings_at

AIM_MS, TIMES, SCHOOLS, AT_ONCE, HOURS = 300.0, 5, 300, 5_000, 25
PROGRAMMES = ("项目制", "订单式", "普惠制", "企业职工")
PLACE = PLACES["正信职校"]


def main() -> int:
    """Seed, measure, print, and fail where the aim is missed."""
    wanted = argparse.ArgumentParser(description="the overview of a million class hours")
    wanted.add_argument("--classes", type=int, default=40_000)
    wanted.add_argument("--postgres", action="store_true")
    chosen = wanted.parse_args()
    with (
        tempfile.TemporaryDirectory() as place,
        _address(Path(place), on_postgres=chosen.postgres) as address,
        running(settings_at(address, Path(place))) as served,
    ):
        began = time.perf_counter()
        _seed(served, chosen.classes)
        print(
            f"seeded {chosen.classes:,} classes, {chosen.classes * HOURS:,} hours in {time.perf_counter() - began:.0f} s"
        )
        slow = [name for name, ms in _answers(served) if ms > AIM_MS and not name.endswith("xlsx")]
    print(f"aim {AIM_MS:.0f} ms: {'missed by ' + ', '.join(slow) if slow else 'reached'}")
    return 1 if slow else 0


@contextmanager
def _address(home: Path, *, on_postgres: bool) -> Iterator[str]:
    if not on_postgres:
        yield sqlite_address(home / "xueshi.db")
        return
    found = programs()
    if found is None:
        sys.exit("needs PostgreSQL: tests/fixtures/install_postgres.sh")
    with postgres(found) as server:
        yield server.new_database()


def _seed(served: Running, classes: int) -> None:
    """Past the guard of records that carry weight, which would write a leaf for each; the page reads no log."""
    seeded(served)  # whose report all the others point to
    at, schools = served.clock(), [served.institution("正信职校")]
    with writing(served.service.engine, "seeding") as connection:
        schools += [add_institution(connection, f"第{no}培训学校", "", PLACE, at).id for no in range(1, SCHOOLS)]
        report = connection.execute(select(REPORTS.c.id)).scalar_one()
    for first in range(2, classes + 2, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, classes + 2))
        with served.service.engine.begin() as connection:
            for kept, row in (
                (CLASSES, _class),
                (HOUR_TALLIES, None),
                (CLAIMS, _claim),
                (CLAIM_TALLIES, _claim_tally),
                (CLASS_DOUBTS, _doubt),
            ):
                made = (
                    [row(no, schools, at, report) for no in numbers]
                    if row
                    else [one for no in numbers for one in _tallies(no)]
                )
                connection.execute(insert(_unguarded(kept)), made)
    with writing(served.service.engine, "counting what was seeded") as connection:
        connection.exec_driver_sql("DELETE FROM hour_sum")
        connection.exec_driver_sql("DELETE FROM money_sum")
        connection.exec_driver_sql(ALL_HOURS)
        connection.exec_driver_sql(ALL_MONEY)
        connection.exec_driver_sql("ANALYZE")


def _unguarded(known: Table) -> TableClause:
    return table(known.name, *(column(one.name, one.type) for one in known.c))


def _month(number: int) -> str:
    turn = number // SCHOOLS % 24
    return f"{2025 + turn // 12}-{1 + turn % 12:02d}"


def _class(number: int, schools: Sequence[int], at: datetime, report: int) -> dict[str, Any]:
    texts = dict.fromkeys(("trainee_group", "occupation", "level", "policy"), "")
    return texts | {
        "id": number,
        "institution_id": schools[number % SCHOOLS],
        "code": f"c{number}",
        "name": f"第{number}班",
        "locality": PLACE,
        "programme": PROGRAMMES[number // SCHOOLS % len(PROGRAMMES)],
        "made_at": at,
        "report_id": report,
        "status": "FAIL",
    }


def _tallies(number: int) -> Iterator[dict[str, Any]]:
    for month, by_status in (
        (_month(number), (("PASS", 12), ("UNPROVEN", 3))),
        (_month(number + SCHOOLS), (("PASS", 8), ("FAIL", 2))),
    ):
        for status, hours in by_status:
            yield {"class_id": number, "month": month, "status": status, "hours": hours, "reviewed": 1}


def _claim(number: int, schools: Sequence[int], at: datetime, _: int) -> dict[str, Any]:
    texts = {"code": f"q{number}", "file": "申领.xlsx", "sha256": "ab" * 32, "made_by": "account:1", "document": "{}"}
    numbers = {"version": 1, "newest": 1, "size_bytes": 1, "outcome": 10, "doubts": 0}
    sums = {"claimed_fen": 750_000, "supported_fen": 360_000, "unproven_fen": 10_000}
    own = {"id": number, "institution_id": schools[number % SCHOOLS], "class_id": number, "locality": PLACE}
    return texts | numbers | sums | own | {"made_at": at}


def _claim_tally(number: int, *_: object) -> dict[str, Any]:
    sums = {"claimed_fen": 750_000, "supported_fen": 360_000, "unproven_fen": 10_000, "decided_fen": 360_000}
    return sums | {"claim_id": number, "class_id": number, "month": _month(number), "newest": 1, "paid_fen": 1}


def _doubt(number: int, _: Sequence[int], at: datetime, report: int) -> dict[str, Any]:
    kind = ("SHARED_DEVICE", "FEWER_HEADS", "ROSTER_BURST")[number % 3]
    own = {"id": number + 1_000, "class_id": number, "fingerprint": f"{number:064x}", "kind": kind, "raised_at": at}
    return own | {"report_id": report, "number": 1, "stage": "open", "last_by": ""}


def _answers(served: Running) -> Iterator[tuple[str, float]]:
    for role in (Role.INSPECTOR, Role.CLERK):
        for path in ("/statistics", "/api/v1/statistics", "/statistics.xlsx"):
            with served.as_(role) as caller:
                took = [_took(caller, path) for _ in range(TIMES + 1)][1:]
            name = f"{role} {path}"
            print(f"{name:<40} {statistics.median(took):7.0f} ms  (most {max(took):.0f})")
            yield name, statistics.median(took)


def _took(caller: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    answer = caller.get(path)
    assert answer.status_code == HTTPStatus.OK, answer.text  # noqa: S101 - a refusal is no answer
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
