# ruff: noqa: INP001 - a script, as its neighbours
"""The sample city: small classes drawn once, handed in over HTTP as their clerks would, and what became of each.

A class hour has eleven minutes here and six people in a small picture, so that twenty classes are drawn, looked at and
sealed within minutes on two processors. Nothing else differs from a real class: papers, hand-in, verdict and package.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import httpx
from sqlalchemy import Engine, func, select

from demo.dossier import SampleManifest, honest_checkins, write_dossier
from demo.events import Black, Event, Hole, Leave
from demo.film import shoot
from demo.identity import identities
from demo.scenario import Lens, Naming, Scenario
from facts.course import ClassHour, HourKind
from facts.span import SHANGHAI, Span
from pipeline.accounts.rights import Role
from runtime.accounts import passwords
from runtime.demo.people import AREA, institution_of
from runtime.demo.service import ServiceFiller
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.settings import Settings
from storage.database.accounts import accounts
from storage.database.connection import reading, writing
from storage.database.jobs import JobState
from storage.database.tables.jobs import JOBS
from storage.database.tables.sealing import PACKAGES
from storage.database.tables.verification import REPORTS, VERDICTS

_PEOPLE, _LENGTH_S, _HOUR_S = 6, 630, 660
_FIRST_DAY = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
_STORIES: tuple[tuple[str, tuple[Event, ...]], ...] = (
    ("全程在座", ()),
    ("全程在座", ()),
    ("一人提前离开", (Leave(60, _LENGTH_S, seats=(2,)),)),
    ("全程在座", ()),
    ("录像中断", (Hole(300, 400),)),
    ("全程在座", ()),
    ("黑屏", (Black(0, _LENGTH_S),)),
)
_SCHOOLS = ("示范职业培训学校", "示范第二职业培训学校", "示范第三职业培训学校", "示范第四职业培训学校")
_ROLES = {"录像": "recording", "花名册": "roster", "课表": "timetable", "打卡": "checkins"}
_TUS = {"tus-resumable": "1.0.0"}
_CSRF = re.compile(r'name="csrf" (?:content|value)="([^"]*)"')
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class CityClass:
    """A class of the city: its number in it, who hands it in, and its folder."""

    number: int
    code: str
    title: str
    school: str
    folder: Path


@dataclass(frozen=True)
class ClassOutcome:
    """What became of a class: how often each thing was made of it, what was said, and how long it took from the queue on."""

    reports: int
    packages: int
    verdicts: tuple[str, ...]
    fault: str
    verified_s: float | None
    failed: bool

    @property
    def done(self) -> bool:
        """Whether it is verified and sealed."""
        return bool(self.reports and self.packages)


def classes_in(folder: Path, count: int) -> list[CityClass]:
    """The classes, drawn already or not."""
    return [
        CityClass(
            number, f"city-{number:02}", f"{number:02}班（{_STORIES[(number - 1) % len(_STORIES)][0]}）",
            _SCHOOLS[(number - 1) % len(_SCHOOLS)], folder / f"{number:02}",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def draw(city: Sequence[CityClass], told: Callable[[str], None]) -> None:
    """Draw what is not there yet, two classes at a time."""
    lacking = [one for one in city if not one.folder.exists()]
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    try:
        for one in pool.map(_draw, lacking):
            told(f"  画好 drawn {one.code} {one.title}")
    finally:
        pool.shutdown(cancel_futures=True)


def _draw(one: CityClass) -> CityClass:
    aside = one.folder.with_name(f".{one.folder.name}-{secrets.token_hex(4)}")
    events = _STORIES[(one.number - 1) % len(_STORIES)][1]
    start = _FIRST_DAY + timedelta(days=one.number - 1)
    lens = Lens(size=(640, 360), naming=Naming.DAHUA)
    story = Scenario(one.code, one.title, _PEOPLE, 2, start, _LENGTH_S, 100 + one.number, events, (lens,))
    shoot(story, aside / "录像")
    people = identities(_PEOPLE, story.seed)
    span = Span(start, start + timedelta(seconds=_HOUR_S))
    hour = ClassHour(f"{start:%Y-%m-%d}-1", span, HourKind.THEORY, "201教室", "", "家政服务礼仪")
    signed = honest_checkins(people, start, story.seed)
    manifest = SampleManifest(one.code, one.title, one.school)
    write_dossier(aside, people=people, hours=(hour,), checkins=signed, manifest=manifest)
    aside.rename(one.folder)
    return one


@dataclass
class City:
    """The city's people and classes in a service that runs; ``url`` is where everybody reaches it."""

    settings: Settings
    url: str
    _people: dict[str, str] = field(default_factory=dict)

    def settle(self) -> dict[str, str]:
        """The signing key and a clerk for each school; their passwords by their names."""
        engine = self.engine()
        ServiceFiller(self.settings, engine, now).keys()
        with writing(engine, "making the sample city's people") as connection:
            for number, school in enumerate(_SCHOOLS, start=1):
                own, name, password = (
                    institution_of(connection, school, now()),
                    f"clerk{number}",
                    secrets.token_urlsafe(12),
                )
                if accounts.account_named(connection, name):
                    continue
                made = accounts.add_account(connection, name, f"{school}经办员", now())
                accounts.grant(connection, made.id, Role.CLERK.value, own, None)
                accounts.set_password(connection, made.id, passwords.hashed(password))
                self._people[name] = password
        engine.dispose()
        return dict(self._people)

    def engine(self) -> Engine:
        """A line to the database, with the keys of the settings' home."""
        return database_at(self.settings.home, self.settings.database)

    def clerk_of(self, school: str, url: str = "", near: str = "") -> httpx.Client:
        """The school's clerk, signed in with the password; ``near`` is the loopback address that the clerk comes from."""
        name = f"clerk{_SCHOOLS.index(school) + 1}"
        line = httpx.HTTPTransport(local_address=near or None)
        client = httpx.Client(base_url=url or self.url, timeout=_PATIENCE_S, transport=line, trust_env=False)
        form = {"name": name, "password": self._people[name], "csrf": _proof(client.get("/sign-in"))}
        client.post("/sign-in", data=form)
        client.headers["x-csrf-token"] = _proof(client.get("/me"))
        return client

    def hand_in(self, one: CityClass, client: httpx.Client) -> int:
        """The class with all its files, and its verification asked for; its number in the service."""
        given = {"code": one.code, "name": one.title, "locality": f"{AREA}平定县", "programme": "项目制"}
        given |= {"group": "重点群体", "policy": "yangquan-2024"}
        number = int(_good(client.post("/api/v1/classes", json=given)).json()["id"])
        for path in sorted(one.folder.rglob("*")):
            if path.is_file() and path.name != "class.toml":
                _send(client, number, path.relative_to(one.folder).as_posix(), path.read_bytes())
        _good(client.post(f"/api/v1/classes/{number}/verifications"))
        return number

    def outcomes(self, engine: Engine, numbers: list[int]) -> dict[int, ClassOutcome]:
        """How each class stands, as the database has it."""
        with reading(engine, "reading how the sample city stands") as connection:
            return {number: _outcome(connection, number) for number in numbers}


def _outcome(connection, number: int) -> ClassOutcome:  # noqa: ANN001 - SQLAlchemy's connection
    def count(table) -> int:  # noqa: ANN001 - SQLAlchemy's table
        return int(connection.execute(select(func.count()).where(table.c.class_id == number)).scalar_one())

    newest = select(func.max(REPORTS.c.id)).where(REPORTS.c.class_id == number).scalar_subquery()
    verdicts = connection.execute(select(VERDICTS.c.status).where(VERDICTS.c.report_id == newest)).scalars()
    jobs = connection.execute(select(JOBS).where(JOBS.c.class_id == number)).all()
    took = [(one.done_at - one.made_at).total_seconds() for one in jobs if one.kind == "verify" and one.done_at]
    fault = next((one.fault for one in jobs if one.fault), "")
    failed = any(one.state == JobState.FAILED.value for one in jobs)
    return ClassOutcome(count(REPORTS), count(PACKAGES), tuple(verdicts), fault, took[0] if took else None, failed)


def waited(
    city: City, numbers: list[int], limit_s: float, meanwhile: Callable[[], None]
) -> Iterator[dict[int, ClassOutcome]]:
    """How the classes stand, every few seconds until all are sealed or given up, or the time is over; ``meanwhile`` is done in between."""
    engine, until = city.engine(), time.monotonic() + limit_s
    try:
        while True:
            found = city.outcomes(engine, numbers)
            yield found
            if all(one.done or one.failed for one in found.values()) or time.monotonic() > until:
                return
            meanwhile()
            time.sleep(2)
    finally:
        engine.dispose()


def looks_told(logs: dict[str, str]) -> dict[int, list[tuple[str, float]]]:
    """Which worker looked at which class for how long, from what the workers say."""
    found: dict[int, list[tuple[str, float]]] = {}
    for worker, text in logs.items():
        for number, seconds in re.findall(r"classes/(\d+)/[^\n]*: looked at for ([\d.]+) s", text):
            found.setdefault(int(number), []).append((worker, float(seconds)))
    return found


def _send(client: httpx.Client, number: int, name: str, data: bytes) -> None:
    role = next((role for word, role in _ROLES.items() if word in name), "paper")
    told = {"class": str(number), "name": name, "role": role, "sha256": hashlib.sha256(data).hexdigest()}
    metadata = ",".join(f"{key} {b64encode(text.encode()).decode()}" for key, text in told.items())
    announced = {"upload-length": str(len(data)), "upload-metadata": metadata}
    made = _good(client.post("/api/v1/uploads", headers=_TUS | announced))
    piece = _TUS | {"content-type": "application/offset+octet-stream", "upload-offset": "0"}
    _good(client.patch(made.headers["location"], content=data, headers=piece))


def _proof(page: httpx.Response) -> str:
    found = _CSRF.search(page.text)
    if found is None:
        raise RuntimeError(f"{page.url}: got {page.status_code} without a form's proof, expected a page of the service")
    return found[1]


def _good(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise RuntimeError(f"{answer.request.method} {answer.url}: got {answer.status_code}: {answer.text[:500]}")
    return answer
