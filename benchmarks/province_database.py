"""What the real PostgreSQL sustains of a province's day: jobs taken and finished, reports kept, leaves of the log."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, TableClause, column, func, insert, select, table

from facts.counting import counted
from facts.digest import Digest
from runtime.platform.database import database_at
from runtime.platform.group_commit import GroupCommit
from storage.database import jobs
from storage.database.accounts.accounts import add_institution
from storage.database.classes.classes import add_class
from storage.database.connection import reading, writing
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow
from storage.database.tables import METADATA
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS
from storage.database.verification.reports import HourRow, NewReport, keep_report
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

CLASSES_A_DAY, HOURS_A_CLASS = 10_000, 6
PEOPLE, SESSIONS = 40, 2
SINGLE, BATCHES, BATCH, TAKEN, KEPT, HANDS = 100, 20, 64, 100, 60, 4
_ROWS, GUARDED = 500, 300
_NEXT = (number for number in range(1, GUARDED) if number % 10)  # the others were taken already
DAY_S, PEAK_S, BEFORE_LESSONS_S = 86_400, 5400.0, 900
NODES, OFFERED_S = 2, 20
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def measured_database(address: str, home: Path, server: int) -> None:
    """Fill a day's jobs, then measure and print each part against what the day needs."""
    _SERVER[:] = [server]
    engine = database_at(home, address)
    classes_of_a_day(engine, GUARDED)
    _fill(engine)
    need = CLASSES_A_DAY / PEAK_S / 2
    print(
        f"jobs queued one by one: {_rate(engine, 1, SINGLE, _enqueued)}; the peak needs {need:.1f}",
        flush=True,
    )
    for hands in (1, HANDS):
        print(
            f"jobs taken, prolonged, done, {hands} at once: {_rate(engine, hands, TAKEN, _taken)}; the peak needs {need:.1f}",
            flush=True,
        )
    for hands in (1, HANDS):
        before, cost = _rows(engine), _rate(engine, hands, KEPT, _kept)
        rows = (_rows(engine) - before) / KEPT
        print(
            f"reports kept, {HOURS_A_CLASS} verdicts each, {hands} at once: {cost}; the peak needs {need:.1f};"
            f" {rows:.0f} rows each, {rows * cost.rate:.0f} rows a second, the peak needs {rows * need:.0f}",
            flush=True,
        )
    for hands in (1, HANDS):
        print(f"leaves one by one, {hands} at once: {_rate(engine, hands, SINGLE, _one_leaf)}", flush=True)
    for batch in (BATCH, BATCH * 8):
        cost = _rate(engine, 1, BATCHES, partial(_leaves, batch))
        print(
            f"leaves {batch} in one transaction: {cost.rate * batch:.0f} leaves a second; a transaction {cost}",
            flush=True,
        )
    signed_in = CLASSES_A_DAY * PEOPLE * SESSIONS
    _roll_call(engine, signed_in // 2 // BEFORE_LESSONS_S)
    print(
        f"a day of {signed_in:,} sign-ins needs {signed_in / DAY_S:.0f} leaves a second, {signed_in / 2 / BEFORE_LESSONS_S:.0f} before lessons",
        flush=True,
    )
    engine.dispose()


def classes_of_a_day(engine: Engine, guarded: int) -> None:
    """Most of them past the guard of records that carry weight: reports are kept of the first ones."""
    texts = dict.fromkeys(("name", "locality", "programme", "trainee_group", "occupation", "level", "policy"), "")
    with writing(engine, "seeding") as connection:
        school = add_institution(connection, "第1培训学校", "", "山西省阳泉市平定县", AT).id
        for number in range(guarded):
            add_class(connection, school, AT, **texts | {"code": f"c{number + 1}"})
    rows = [
        texts | {"id": no, "institution_id": school, "code": f"c{no}", "made_at": AT}
        for no in range(guarded + 1, CLASSES_A_DAY + 1)
    ]
    _insert(engine, table(CLASSES.name, *(column(one.name, one.type) for one in CLASSES.c)), rows)


def _insert(engine: Engine, into: TableClause, rows: Sequence[Mapping[str, object]]) -> None:
    """Many rows with each statement: a round trip for each would take minutes on a busy machine."""
    with engine.begin() as connection:
        for first in range(0, len(rows), _ROWS):
            connection.execute(insert(into).values(rows[first : first + _ROWS]))
        connection.exec_driver_sql("ANALYZE")


def _fill(engine: Engine) -> None:
    """A day's jobs at once, so that whoever takes one has all the others beside it."""
    days = range(1, CLASSES_A_DAY + 1)
    queue_rows(engine, [(no, AT + timedelta(seconds=no), int(no % 10 > 0), "waiting") for no in days])


def queue_rows(engine: Engine, wanted: Sequence[tuple[int, datetime, int, str]]) -> None:
    """Jobs of these classes, each with when it is due, its rank and its state."""
    same = {"kind": "verify", "attempts": 0, "lease": "", "made_at": AT, "fault": "", "payload": ""}
    rows = [
        same | {"class_id": no, "key": f"verify:{no}", "due_at": due_at, "rank": rank, "state": state}
        for no, due_at, rank, state in wanted
    ]
    _insert(engine, JOBS, rows)


def _enqueued(engine: Engine, number: int) -> None:
    with writing(engine, "queueing") as connection:
        jobs.enqueue(connection, "verify", f"again:{number}:{time.perf_counter_ns()}", number + 1, AT)


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
    with writing(engine, "taking a job") as connection:
        job = jobs.lease(connection, f"holder {number % HANDS}", at, next(_NEXT))
    if job is None:
        raise RuntimeError("no job was due")
    keep_of_job(engine, job, at)


def keep_of_job(engine: Engine, job: jobs.Job, at: datetime) -> None:
    """The job's report with its verdicts and leaves, in the transaction that finishes the job."""
    document, facts = json.dumps({"pad": "x" * 20_000}), "x" * 100_000
    hours = [HourRow(f"h{no}", "2026-03-02", AT, AT, "201", "PASS", "", PEOPLE) for no in range(HOURS_A_CLASS)]
    with writing(engine, "keeping a report") as connection:
        jobs.finish(connection, job, at)
        new = NewReport(job.class_id, job.id, at, "PASS", document, facts, Digest.of(document.encode()).sha256)
        keep_report(connection, new, hours, [])
        EvidenceLog(engine).append_within(connection, [_leaf(no) for no in range(HOURS_A_CLASS + 1)])


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one piece took: by the wall, of this process, and of the server."""

    rate: float
    own_ms: float
    server_ms: float

    def __str__(self) -> str:
        return f"{self.rate:.1f} a second; CPU {self.own_ms:.2f} ms here, {self.server_ms:.2f} ms in PostgreSQL"


def _rate(engine: Engine, hands: int, count: int, work: Callable[[Engine, int], None]) -> _Cost:
    own, server, began = time.process_time(), _server_s(), time.perf_counter()
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(lambda number: work(engine, number), range(count)))
    took = time.perf_counter() - began
    return _Cost(count / took, 1000 * (time.process_time() - own) / count, 1000 * (_server_s() - server) / count)


_SERVER: list[int] = []


def _server_s() -> float:
    return server_s(_SERVER[0])


def server_s(server: int) -> float:
    """Processor seconds of a server and its living processes."""
    own = [server]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text("ascii", "replace").rpartition(")")[2].split()[1]) == server:
                own.append(int(path.parent.name))
    return processors_s(own)


def processors_s(process_ids: Sequence[int]) -> float:
    """Processor seconds of these processes, as far as they are still there."""
    total = 0
    for number in process_ids:
        with suppress(OSError):
            fields = Path(f"/proc/{number}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / 100


def _one_leaf(engine: Engine, number: int) -> None:
    EvidenceLog(engine).append([_leaf(number)])


def _leaves(batch: int, engine: Engine, number: int) -> None:
    EvidenceLog(engine).append([_leaf(number * batch + no) for no in range(batch)])


def _roll_call(engine: Engine, need: int) -> None:
    """So many phones a second press at several service nodes, each of which keeps together what is waiting there."""
    register, batches = CheckInRegister(engine, EvidenceLog(engine)), list[int]()

    def kept(batch: Sequence[CheckInRow]) -> list[CheckInRow]:
        batches.append(len(batch))
        return register.record(batch)

    nodes = [GroupCommit(kept, f"sign-ins {number}") for number in range(NODES)]
    began, own, server = time.perf_counter(), time.process_time(), _server_s()
    pressed, waited = list[Future[CheckInRow]](), list[float]()
    for number in range(need * OFFERED_S):
        time.sleep(max(0.0, began + number / need - time.perf_counter()))
        future = nodes[number % NODES].submit(_press(number))
        future.add_done_callback(partial(_noted, waited, time.perf_counter()))
        pressed.append(future)
    leaves = {future.result().leaf for future in pressed}
    kept_after = time.perf_counter() - began
    for node in nodes:
        node.close()
    waited.sort()
    print(
        f"roll call, {counted(need, 'sign-in')} a second offered for {OFFERED_S} s to {NODES} nodes: {counted(len(leaves), 'leaf')} after"
        f" {kept_after:.1f} s ({len(leaves) / kept_after:.0f} a second), {counted(len(batches), 'transaction')},"
        f" waited {1000 * waited[len(waited) // 2]:.0f} ms in the middle, {1000 * waited[-1 - len(waited) // 100]:.0f} ms"
        f" one in a hundred, {1000 * waited[-1]:.0f} ms the slowest;"
        f" CPU {1000 * (time.process_time() - own) / len(leaves):.2f} ms here,"
        f" {1000 * (_server_s() - server) / len(leaves):.2f} ms in PostgreSQL for each",
        flush=True,
    )


def _noted(waited: list[float], since: float, _: Future[CheckInRow]) -> None:
    waited.append(time.perf_counter() - since)


def _press(number: int) -> CheckInRow:
    who = f"trainee {number}"
    return CheckInRow(f"{number:032x}", number % GUARDED + 1, "h1", "201", who, who, "0000", "code", AT, AT)


def _rows(engine: Engine) -> int:
    """Of all tables together."""
    with reading(engine, "counting") as connection:
        return sum(
            int(connection.execute(select(func.count()).select_from(one)).scalar_one())
            for one in METADATA.sorted_tables
        )


def _leaf(number: int) -> Leaf:
    return Leaf(LeafKind.VERDICT, AT, Digest.of(str(number).encode()), f"class:{number} report:{number} h1", "PASS")
