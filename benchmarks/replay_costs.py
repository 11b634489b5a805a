"""What knowing footage again costs: decoding a little more of an honest hour, and an index that grows by rows."""

import base64
import os
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, insert, text

from benchmarks.clips import PEOPLE
from facts.course import ClassHour
from facts.digest import Digest
from facts.sighting import View
from facts.span import Span
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.search import find_recordings
from pipeline.verification.ports import Goal, LookJob, LookResult
from runtime.verification.frame_sampling import senses
from runtime.verification.replay_search import MOST_MEETINGS, MOST_VOTED, ServiceReplays
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.motions import MOTION_SKETCHES, MOTIONS
from storage.database.verification.motions import sketches_like
from tests.fixtures.postgres import postgres, programs
from vision.motion import CELLS, COLUMNS, ROWS, Motion, motion_record, packed_motion, shrunk
from vision.observation import ObservationRequest, Observer
from vision.plan import Pace, ProofGoal
from vision.ports import FrameSource, Picture
from vision.senses import Senses
from vision.sketch import keys
from vision.votes import asked_keys, voted

_START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
_AT_ONCE, _HOURS_AT_ONCE, _COPIES, _RUNS = 500_000, 2_000, 2, 4
# What a row's hour and second need, so that one whole number sorts as the row does.
_NUMBER_BITS, _AT_BITS = 20, 12
_BYTES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_total_relation_size('motion_sketch') + pg_total_relation_size('motion')",
}
_WINDOW_S, _THREE_MINUTES_S = (900, 1500), (1110, 1290)
# What a worse recorder adds to every cell, as a deviation: cells of invented sitters have one of half a unit.
_NOISES, _NAMED = (0.0, 0.2, 0.35), 8


def motion_cost(hour: Path) -> None:
    """CPU seconds of one honest hour with and without the signature's further keyframes, several runs in turn.

    As a default installation looks, with every network at hand, and with the first of them alone.
    """
    footage = find_recordings(hour.parent)
    print("| networks | without, CPU s | with | further keyframes | of them decoding and scaling | the record |"
          " share of the hour: further keyframes, all of the signature |\n|---|---|---|---|---|---|---|")  # fmt: skip
    every = senses()
    for looking in (every, Senses(every.detectors[:1])):
        _looked_at(footage, looking, 60.0)  # what is made once is made here
        without, having, parts, number = [], [], [], 0
        for _ in range(_RUNS):
            without.append(_looked_at(footage, looking, 60.0)[0])
            spent, number, passed = _looked_at(footage, looking, Pace().motion_s)
            having.append(spent)
            parts.append((next(s for many, s in passed.asked[::-1] if many == number), _record_cost(passed.frames)))
        more, record = (sum(column) / _RUNS for column in zip(*parts, strict=True))
        bare = sum(without) / _RUNS
        cells = ["+".join(looking.names), *(" ".join(f"{one:.2f}" for one in runs) for runs in (without, having))]
        cells += [str(number), f"{more:.2f}", f"{record:.2f}"]
        cells += [f"{sum(having) / _RUNS / bare - 1:.1%}, {(more + record) / (bare - record):.1%}"]
        print("| " + " | ".join(cells) + " |", flush=True)


@dataclass(slots=True)
class _Passing:
    """Passes keyframes on, keeps the small ones, and knows how many each asking got, in how many CPU seconds."""

    source: FrameSource
    frames: dict[datetime, Picture] = field(default_factory=dict)
    asked: list[tuple[int, float]] = field(default_factory=list)

    def keyframe_times(self) -> Sequence[datetime]:
        return self.source.keyframe_times()

    def luma(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        since = time.process_time()
        found = list(self.source.luma(times))
        self.asked.append((len(found), time.process_time() - since))
        self.frames |= dict(found)
        yield from found

    def colour(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        yield from self.source.colour(times)


def _looked_at(footage: Sequence[Footage], looking: Senses, motion_s: float) -> tuple[float, int, _Passing]:
    """CPU seconds of the hour, the signature's further keyframes, and all that passed."""
    span = footage[0].segment.span
    assert span is not None  # noqa: S101 - the clip has a time in its name
    goal = ProofGoal(PEOPLE, 600.0, Fraction(4, 5))
    since = time.process_time()
    with KeyframeReader(footage) as reader:
        passing = _Passing(reader)
        request = ObservationRequest(footage[0].segment.camera_id, span, Digest.of(b"bench"), goal)
        seen = Observer(looking, replace(Pace(), motion_s=motion_s)).observe(passing, request)
        return time.process_time() - since, seen.cost.motion, passing


def _record_cost(frames: Mapping[datetime, Picture]) -> float:
    """CPU seconds of the record alone, over keyframes that are decoded."""
    since = time.process_time()
    motion_record({at: shrunk(frame) for at, frame in frames.items()})
    return time.process_time() - since


def invented(seed: int, length_s: float, step_s: float, start: datetime = _START) -> Motion:
    """An hour of forty sitters who take another pose every few seconds, without a picture."""
    rng = np.random.default_rng(seed)
    places = rng.uniform((1, 1), (COLUMNS - 2, ROWS - 2), (40, 2))
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    spots = np.exp(-(((x - places[:, :1, None]) / 0.8) ** 2) - ((y - places[:, 1:, None]) / 0.8) ** 2)
    poses = np.random.default_rng([seed, 1]).random((40, int(length_s // 4) + 4))
    at_s = np.arange(0.0, length_s, step_s)
    own = poses[:, (at_s // 4).astype(int)].T
    cells = np.round(np.clip(1.6 * (own @ spots.reshape(40, CELLS)), 0, 3.75) / 0.25) * 0.25
    return Motion(start, at_s, cells.astype(np.float32))


def index_table(work: Path, sizes: Sequence[int], *, on_postgres: bool) -> None:
    """Bytes and seconds of the index at several sizes, and the line through them."""
    if on_postgres:
        with postgres(programs()) as server:
            _measured(open_database(server.new_database()), sizes)
        return
    path = work / "index.db"
    for one in work.glob("index.db*"):
        one.unlink()
    _measured(open_database(sqlite_address(path)), sizes)


def _measured(engine: Engine, sizes: Sequence[int]) -> None:
    with writing(engine, "bench") as connection:
        school = {"name": "bench", "uscc": "", "locality": "", "made_at": _START}
        made = connection.execute(insert(INSTITUTIONS).values(**school).returning(INSTITUTIONS.c.id)).scalar_one()
        told = {"institution_id": made, "name": "", "locality": "", "made_at": _START}
        told |= dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
        ids = [
            connection.execute(insert(CLASSES).values(**told, code=code).returning(CLASSES.c.id)).scalar_one()
            for code in ("filled", "asks")
        ]
        owner = classes(connection, CLASSES.c.id == ids[1])[0]
    print(
        f"{engine.dialect.name}\n\n| hours | rows | bytes | CPU s for a new hour | its copy found |"
        f" three minutes named, noise {', '.join(f'{one:g}' for one in _NOISES)} |\n|---|---|---|---|---|---|"
    )
    filled, points = 0, []
    for size in sizes:
        _fill(engine, ids[0], filled, size)
        filled = size
        with writing(engine, "bench") as connection:
            rows = connection.execute(text("SELECT count(*) FROM motion_sketch")).scalar_one()
            stored = connection.execute(text(_BYTES[engine.dialect.name])).scalar_one()
        spent, found = _asked(engine, owner, size)
        points.append((size, stored, spent))
        named = ", ".join(f"{_named(engine, size, noise)} of {_NAMED}" for noise in _NOISES)
        print(f"| {size:,} | {rows:,} | {stored:,} | {spent:.2f} | {found} of {_COPIES} | {named} |", flush=True)
    if len(points) == 1:
        return  # no line through one
    hours, stored_of, seconds = (np.array(column, float) for column in zip(*points, strict=True))
    for what, values in (("bytes", stored_of), ("CPU s", seconds)):
        slope, base = np.polyfit(hours, values, 1)
        whole = [base + slope * many for many in (12_000, 240_000, 24_000_000)]
        print(f"\n{what}: {base:.3g} + {slope:.3g} an hour; at 12,000, 240,000 and 24,000,000 hours: "
              + ", ".join(f"{one:.3g}" for one in whole))  # fmt: skip


def _fill(engine: Engine, class_id: int, first: int, end: int) -> None:
    """The hours between, their sketches in the order of the index: page after page, none twice."""
    rows = []
    for since in range(first + 1, end + 1, _HOURS_AT_ONCE):
        with writing(engine, "bench") as connection:
            numbers = range(since, min(since + _HOURS_AT_ONCE, end + 1))
            rows += [_filled(connection, class_id, number) for number in numbers]
    ordered = np.sort(np.concatenate(rows))
    for at in range(0, len(ordered), _AT_ONCE):
        part = ordered[at : at + _AT_ONCE]
        columns = (
            part >> (_NUMBER_BITS + _AT_BITS),
            part >> _AT_BITS & (1 << _NUMBER_BITS) - 1,
            part & (1 << _AT_BITS) - 1,
        )
        with writing(engine, "bench") as connection:
            _poured(connection, list(zip(*(column.tolist() for column in columns), strict=True)))


def _filled(connection: Connection, class_id: int, number: int) -> NDArray[np.int64]:
    """One hour with its record; its sketches as whole numbers: key, hour and second."""
    motion = invented(number, 2700, 20, _START + timedelta(minutes=number))
    found = keys(motion.cells)
    values = {"id": number, "class_id": class_id, "hour_id": str(number), "camera_id": "c", "room": "r"}
    values |= {"starts_at": motion.start, "seed": "", "samples": len(motion.at_s), "body": packed(motion)}
    values |= {"keys": np.unique(found).astype("<i4").tobytes()}
    connection.execute(insert(MOTIONS).values(**values))
    named = (found.astype(np.int64) << _NUMBER_BITS) | number
    return np.unique((named << _AT_BITS) | motion.at_s.astype(np.int64)[:, None])


def _poured(connection: Connection, rows: Sequence[tuple[int, int, int]]) -> None:
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany(f"INSERT INTO {MOTION_SKETCHES.name} VALUES (?, ?, ?)", rows)  # noqa: S608 - a bench
        return
    stream = BytesIO("".join(f"{key}\t{number}\t{at_s}\n" for key, number, at_s in rows).encode())
    cursor.execute(f"COPY {MOTION_SKETCHES.name} FROM STDIN", stream=stream)  # type: ignore[call-arg]


def packed(motion: Motion) -> bytes:
    """The body as the database keeps it."""
    levels = np.round(motion.cells / 0.25).astype(np.uint8)
    return base64.b64decode(packed_motion(motion.start, [round(at * 10) for at in motion.at_s.tolist()], levels).body)


def _asked(engine: Engine, owner: ClassRow, size: int) -> tuple[float, int]:
    """CPU seconds of a new hour on average, the database's own among them, and how many copies were found."""
    found, spent = 0, 0.0
    dice = np.random.default_rng(size)
    for number in dice.integers(1, size + 1, _COPIES).tolist():
        copy = window_of(number)
        record = packed_motion(
            _START, [round(at * 10) for at in copy.at_s.tolist()], np.round(copy.cells / 0.25).astype(np.uint8)
        )
        at = _START + timedelta(minutes=size, hours=10)
        span = Span(at, at + timedelta(minutes=45))
        hour = ClassHour("x", span, room="r")
        job = LookJob("x", "c", span, (), Digest.of(b"x"), Goal(1, 600, Fraction(1)))
        looked = [(job, LookResult(View("c", span, motion=replace(record, start=at))))]
        since = _cpu_s(engine)
        replays = ServiceReplays(engine, owner, [hour], at).replays(looked)
        spent += _cpu_s(engine) - since
        found += bool(replays)
    return spent / _COPIES, found


def _cpu_s(engine: Engine) -> float:
    """What this process and the server's processes have spent."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    spent = own.ru_utime + own.ru_stime
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            numbers = connection.execute(text("SELECT pid FROM pg_stat_activity")).scalars().all()
        for number in numbers:
            fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def _named(engine: Engine, size: int, noise: float) -> int:
    """How many noisy copies of three minutes are among the recordings that the index names."""
    named = 0
    for number in np.random.default_rng(size + 1).integers(1, size + 1, _NAMED).tolist():
        asked = asked_keys(window_of(number, _THREE_MINUTES_S, noise))
        with reading(engine, "bench") as connection:
            rows = sketches_like(connection, asked.distinct(), MOST_MEETINGS)
        named += any(vote.other == number for vote in voted(asked, rows, MOST_VOTED))
    return named


def window_of(number: int, inside_s: tuple[int, int] = _WINDOW_S, noise: float = 0.0) -> Motion:
    """A new hour as verification leaves it: sparse, ten minutes close, and among those minutes of another hour."""
    sparse, close = invented(10_000_000 + number, 2700, 20), invented(10_000_000 + number, 2700, 5)
    theirs = invented(number, 2700, 5)
    copied = (close.at_s >= inside_s[0]) & (close.at_s < inside_s[1])
    cells = np.where(copied[:, None], theirs.cells, close.cells)
    outside = (sparse.at_s < _WINDOW_S[0]) | (sparse.at_s >= _WINDOW_S[1])
    window = (close.at_s >= _WINDOW_S[0]) & (close.at_s < _WINDOW_S[1])
    spared = Pace().motion_spared
    window[np.flatnonzero(window)[1::2][spared - 1 :: spared]] = False
    at_s = np.concatenate([sparse.at_s[outside], close.at_s[window]])
    order = np.argsort(at_s)
    cells = np.concatenate([sparse.cells[outside], cells[window]])[order]
    cells = cells + np.random.default_rng(number).normal(0, noise, cells.shape)
    return Motion(_START, at_s[order], (np.round(np.clip(cells, 0, 3.75) / 0.25) * 0.25).astype(np.float32))
