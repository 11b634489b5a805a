"""What the real PostgreSQL sustains of a province's day: jobs taken and finished, reports kept, leaves of the log."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, column, insert, table

from facts.digest import Digest
from runtime.platform.database import database_at
from storage.database import jobs
from storage.database.accounts.accounts import add_institution
from storage.database.connection import writing
from storage.database.tables.classes import CLASSES
from storage.database.verification.reports import HourRow, NewReport, keep_report
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

CLASSES_A_DAY, HOURS_A_CLASS, FILLED_AT_ONCE = 10_000, 6, 500
PEOPLE, SESSIONS = 40, 2
SINGLE, BATCHES, BATCH, TAKEN, KEPT, HANDS = 200, 40, 64, 400, 200, 4
DAY_S, PEAK_S = 86_400, 5400.0
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def measured_database(address: str, home: Path) -> None:
    """Fill a day's jobs, then measure and print each part against what the day needs."""
    engine = database_at(home, address)
    _classes(engine)
    took = _timed(lambda: _enqueue(engine))
    print(f"{CLASSES_A_DAY:,} jobs queued, {CLASSES_A_DAY / took:,.0f} a second in transactions of {FILLED_AT_ONCE}")
    need = CLASSES_A_DAY / PEAK_S / 2
    for hands in (1, HANDS):
        rate = _rate(engine, hands, TAKEN, _taken)
        print(
            f"jobs taken, prolonged and done beside {CLASSES_A_DAY:,} others, {hands} at once: {rate:.0f} a second; the peak needs {need:.1f}"
        )
    for hands in (1, HANDS):
        rate = _rate(engine, hands, KEPT, _kept)
        print(
            f"reports kept with {HOURS_A_CLASS} verdicts and their leaves, {hands} at once: {rate:.1f} a second,"
            f" {rate * (HOURS_A_CLASS + 1):.0f} leaves of our own; the peak needs {need:.1f}"
        )
    log = EvidenceLog(engine)
    took = _timed(lambda: [log.append([_leaf(no)]) for no in range(SINGLE)])
    print(f"leaves one by one: {SINGLE / took:.0f} a second")
    took = _timed(lambda: [log.append([_leaf(no) for no in range(BATCH)]) for _ in range(BATCHES)])
    signed_in = CLASSES_A_DAY * PEOPLE * SESSIONS
    rate = BATCHES * BATCH / took
    print(
        f"leaves {BATCH} at once: {rate:,.0f} a second; a day of {signed_in:,} sign-ins needs {signed_in / DAY_S:.0f}, and"
        f" {signed_in / 2 / 900:.0f} in the quarter of an hour before lessons",
        flush=True,
    )
    engine.dispose()


def _classes(engine: Engine) -> None:
    """Past the guard of records that carry weight, which would write a leaf for each."""
    with writing(engine, "seeding") as connection:
        school = add_institution(connection, "第1培训学校", "", "山西省阳泉市平定县", AT).id
    texts = dict.fromkeys(("name", "locality", "programme", "trainee_group", "occupation", "level", "policy"), "")
    rows = [
        texts | {"id": no, "institution_id": school, "code": f"c{no}", "made_at": AT}
        for no in range(1, CLASSES_A_DAY + 1)
    ]
    with engine.begin() as connection:
        connection.execute(insert(table(CLASSES.name, *(column(one.name, one.type) for one in CLASSES.c))), rows)


def _enqueue(engine: Engine) -> None:
    for first in range(1, CLASSES_A_DAY + 1, FILLED_AT_ONCE):
        with writing(engine, "queueing") as connection:
            for number in range(first, first + FILLED_AT_ONCE):
                due = AT + timedelta(seconds=number)
                jobs.enqueue(connection, "verify", f"verify:{number}", number, due, rank=int(number % 10 > 0))


def _taken(engine: Engine, number: int) -> None:
    at = AT + timedelta(days=1)
    with writing(engine, "taking a job") as connection:
        job = jobs.lease(connection, f"holder {number % HANDS}", at)
    if job is None:
        raise RuntimeError("no job was due")
    with writing(engine, "keeping a lease") as connection:
        jobs.prolong(connection, job, at)
    with writing(engine, "finishing") as connection:
        jobs.finish(connection, job, at)


def _kept(engine: Engine, number: int) -> None:
    at = AT + timedelta(days=1)
    document, facts = json.dumps({"pad": "x" * 20_000}), "x" * 100_000
    hours = [HourRow(f"h{no}", "2026-03-02", AT, AT, "201", "PASS", "", PEOPLE) for no in range(HOURS_A_CLASS)]
    with writing(engine, "taking a job") as connection:
        job = jobs.lease(connection, f"holder {number % HANDS}", at)
    if job is None:
        raise RuntimeError("no job was due")
    with writing(engine, "keeping a report") as connection:
        jobs.finish(connection, job, at)
        new = NewReport(job.class_id, job.id, at, "PASS", document, facts, Digest.of(document.encode()).sha256)
        keep_report(connection, new, hours, [])
        EvidenceLog(engine).append_within(connection, [_leaf(no) for no in range(HOURS_A_CLASS + 1)])


def _rate(engine: Engine, hands: int, count: int, work: Callable[[Engine, int], None]) -> float:
    with ThreadPoolExecutor(hands) as pool:
        took = _timed(lambda: list(pool.map(lambda number: work(engine, number), range(count))))
    return count / took


def _leaf(number: int) -> Leaf:
    return Leaf(LeafKind.VERDICT, AT, Digest.of(str(number).encode()), f"class:{number} report:{number} h1", "PASS")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
