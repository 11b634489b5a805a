"""How the history scales: load, one claim, every doubt; and what a loop over the rows would take for one of them.

    nice python -m benchmarks.history_bench FOLDER [--sizes 100000,1000000] [--postgres] [--keep]

Each size has one class for twenty enrolments (1,000,000: 50,000 classes), their sessions, certificates, employments
and a pension list. CPU seconds stand beside seconds because the machine is shared; PostgreSQL's own CPU is not ours
and is not counted. The loop holds every enrolment in memory and compares each person's classes, as a script would.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, select

from benchmarks.history_county import County
from claims.doubts.history import detectors
from facts.counting import counted
from facts.history import Exclusion, Limits, RepeatKey
from facts.money import Fen
from facts.registry import Enrolment, Registry, RegistryRow
from ingest.registries.reader import read_registry
from policy.shelf import packaged
from runtime.claims.history import import_file, limits_of
from runtime.claims.history_doubts import doubts_of, for_claim
from storage.database.connection import reading, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables.history import CLASSES, ENROLMENTS, SESSIONS
from storage.history.keys import HistoryKeys
from storage.history.loader import analyse, load, with_room
from storage.history.questions import screening
from tests.fixtures.postgres import postgres, programs

HEADER = (
    "姓名,身份证号,人员类别,培训机构,统一社会信用代码,班期编号,培训类型,培训工种,等级,开班日期,结业日期,培训天数,"
    "补贴金额,年度,银行账号"
)
KEYS = HistoryKeys(b"b" * 32)
ENROLMENTS_PER_CLASS, CLAIMS = 20, 9
DRAWN_AT_ONCE, BUFFERS_MB = 1000, 256
CLAIM_AIM_S, WHOLE_AIM_S = 0.5, 60.0


@dataclass(slots=True)
class Spent:
    """Seconds by the wall and of this process."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@contextmanager
def timed(spent: Spent) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    spent.wall_s, spent.cpu_s = time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    wanted = argparse.ArgumentParser(description="the history at scale")
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--sizes", default="100000,1000000")
    wanted.add_argument("--postgres", action="store_true")
    wanted.add_argument("--keep", action="store_true", help="use the databases of an earlier run")
    wanted.add_argument("--file-rows", type=int, default=0, help="only import a CSV of so many rows")
    chosen = wanted.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in chosen.sizes.split(",")]
    good = True
    if chosen.file_rows:
        from_file(chosen.folder, chosen.file_rows)
        return 0
    if chosen.postgres:
        if (found := programs()) is None:
            sys.exit("needs PostgreSQL: tests/fixtures/install_postgres.sh")
        with postgres(found, buffers_mb=BUFFERS_MB) as server:
            good &= measured("PostgreSQL", sizes, lambda _: server.new_database(), lambda _: False)
    else:
        files = {size: chosen.folder / f"history-{size}.db" for size in sizes}
        good &= measured(
            "SQLite", sizes, lambda size: sqlite_address(files[size]), lambda size: chosen.keep and files[size].exists()
        )
    return 0 if good else 1


def measured(name: str, sizes: list[int], address: Callable[[int], str], made: Callable[[int], bool]) -> bool:
    """All figures of one kind of database, and whether the largest size meets the aims."""
    totals: list[Spent] = []
    claim_s = 0.0
    for size in sizes:
        county = County(size, size // ENROLMENTS_PER_CLASS)
        known = made(size)
        engine = open_database(address(size))
        print(f"\n## {name}, {size:,} enrolments, {county.classes:,} classes")
        if not known:
            loaded(engine, county)
        totals.append(everything(engine))
        claim_s = claims(engine, county)
        looped(engine)
        engine.dispose()
    if len(sizes) > 1:
        growth, ratio = totals[-1].cpu_s / totals[0].cpu_s, sizes[-1] / sizes[0]
        print(
            f"growth of all doubts: CPU × {growth:.1f}, wall × {totals[-1].wall_s / totals[0].wall_s:.1f} for × {ratio:.0f} rows"
        )
    return claim_s <= CLAIM_AIM_S and totals[-1].wall_s <= WHOLE_AIM_S


def loaded(engine: Engine, county: County) -> None:
    """Rows a second, the drawing of the rows taken off."""
    drawing, loading = Spent(), Spent()
    with timed(loading), writing(engine, "loading") as connection:
        rows = load(connection, drawn(county, drawing), KEYS, date(2026, 1, 1))
        analyse(connection)
    own = loading.cpu_s - drawing.cpu_s
    print(
        f"load {rows:,} rows: {loading.wall_s:.1f} s, CPU {loading.cpu_s:.1f} s of which {drawing.cpu_s:.1f} s draws them"
    )
    print(f"  {rows / own:,.0f} rows a CPU second, {rows / (loading.wall_s - drawing.wall_s):,.0f} rows a second")


def drawn(county: County, total: Spent) -> Iterator[RegistryRow]:
    """The county's rows, drawn once, with what drawing them took."""
    rest, some, spent = county.rows(), [], Spent()
    while True:
        with timed(spent):
            some = list(islice(rest, DRAWN_AT_ONCE))
        total.wall_s, total.cpu_s = total.wall_s + spent.wall_s, total.cpu_s + spent.cpu_s
        if not some:
            return
        yield from some


def from_file(folder: Path, rows: int) -> None:
    """A CSV of fifteen columns, from its bytes to the last index."""
    county = County(rows, rows // ENROLMENTS_PER_CLASS)
    table, base = folder / "realname.csv", folder / "file.db"
    base.unlink(missing_ok=True)
    lines = [",".join(registry_cells(one)) for one in county.enrolled()]
    table.write_text("\n".join((HEADER, *lines)), "utf-8-sig")
    engine, reading_only, whole_way = open_database(sqlite_address(base)), Spent(), Spent()
    with timed(reading_only):
        read_registry(table, Registry.REALNAME)
    with timed(whole_way):
        taken = import_file(engine, KEYS, table, Registry.REALNAME, date(2026, 1, 1))
    engine.dispose()
    read = len(taken.read.rows)
    print(
        f"CSV of {read:,} rows, 15 columns: {whole_way.wall_s:.1f} s, {whole_way.cpu_s:.1f} CPU s from file to database"
    )
    print(f"  {read / whole_way.cpu_s:,.0f} rows a CPU second; reading alone {read / reading_only.cpu_s:,.0f}")


def registry_cells(one: Enrolment) -> tuple[str, ...]:
    course, person = one.course, one.person
    named = (person.name, person.id_number.digits, one.group, course.of.institution.name, course.of.institution.code)
    taught = (course.of.number, course.programme, course.occupation, course.level)
    days = (str(course.first_day), str(course.last_day), str(one.days))
    return (*named, *taught, *days, str((one.amount or Fen(0)).fen // 100), str(one.paid_year), one.account)


def limits() -> Limits:
    """The keys of all five rulebooks at once, each different one counted once."""
    every = [limits_of(book) for book in packaged().books]
    repeats: dict[object, RepeatKey] = {}
    exclusions: dict[str, Exclusion] = {}
    for one in every:
        for key in one.repeats:
            repeats.setdefault((key.fields, key.yearly, key.at_most, key.programmes, key.groups), key)
        exclusions |= {each.kind: each for each in one.exclusions}
    return Limits(tuple(repeats.values()), tuple(exclusions.values()))


def everything(engine: Engine) -> Spent:
    """Every doubt of the whole history, detector by detector."""
    total = Spent()
    with reading(engine, "screening") as connection:
        with_room(connection)  # as ``whole`` does
        for each in detectors(limits()):
            spent = Spent()
            with timed(spent):
                found = sum(1 for _ in doubts_of(connection, each))
            total = Spent(total.wall_s + spent.wall_s, total.cpu_s + spent.cpu_s)
            print(f"  {each.pattern.id:24} {found:8,} doubts {spent.wall_s:8.2f} s {spent.cpu_s:8.2f} CPU s")
    print(f"all doubts: {total.wall_s:.1f} s, {total.cpu_s:.1f} CPU s (aim {WHOLE_AIM_S:.0f} s)")
    return total


def claims(engine: Engine, county: County) -> float:
    """The median of several claims of forty people, each screened against everything."""
    walls, cpus = [], []
    for number in range(CLAIMS):
        spent, claim = Spent(), county.claim(number)
        with screening(engine, "screening") as connection, timed(spent):
            for_claim(connection, KEYS, claim, limits())
        walls.append(spent.wall_s)
        cpus.append(spent.cpu_s)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"a claim of 40 people: median {wall:.3f} s, {cpu:.3f} CPU s, worst {max(walls):.3f} s (aim {CLAIM_AIM_S} s)")
    return wall


def looped(engine: Engine) -> None:
    """overlap.hours as a script does it: everything into dictionaries, each person's classes against each other."""
    ours, loop = Spent(), Spent()
    with reading(engine, "comparing") as connection:
        with_room(connection)
        (own,) = (each for each in detectors() if each.pattern.id == "overlap.hours")
        with timed(ours):
            found = sum(1 for _ in doubts_of(connection, own))
        with timed(loop):
            by_loop = _pairs_by_loop(connection)
    print(
        f"overlap.hours: {ours.wall_s:.1f} s, {ours.cpu_s:.1f} CPU s, {counted(found, 'doubt')}; loop {loop.wall_s:.1f} s, {loop.cpu_s:.1f} CPU s, {counted(by_loop, 'pair')}; ratio {loop.cpu_s / ours.cpu_s:.1f}"
    )


def _pairs_by_loop(connection: object) -> int:
    rows = connection.execute(select(ENROLMENTS.c.person, ENROLMENTS.c.class_id)).all()  # type: ignore[attr-defined]
    institution = dict(map(tuple, connection.execute(select(CLASSES.c.id, CLASSES.c.institution))))  # type: ignore[attr-defined]
    sessions = defaultdict(list)
    for course, day, start, end in connection.execute(select(SESSIONS)):  # type: ignore[attr-defined]
        sessions[course].append((day, start, end))
    classes = defaultdict(list)
    for person, course in rows:
        classes[person].append(course)
    found = 0
    for own in classes.values():
        for index, one in enumerate(own):
            for two in own[index + 1 :]:
                if institution[one] != institution[two]:
                    minutes = sum(
                        max(0, min(a[2], b[2]) - max(a[1], b[1]))
                        for a in sessions[one]
                        for b in sessions[two]
                        if a[0] == b[0]
                    )
                    found += minutes >= 15  # noqa: PLR2004 - the detector's own default
    return found


if __name__ == "__main__":
    sys.exit(main())
