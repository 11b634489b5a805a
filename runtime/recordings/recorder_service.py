"""The service's recorder: takes cameras of the database, one lease each, and says in the database what comes of them."""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from facts.errors import XueshiError
from runtime.recordings.camera_plans import camera_plans
from runtime.recordings.camera_report import CameraNews, CameraReport
from runtime.recordings.camera_searches import CameraSearches
from runtime.recordings.camera_trials import CameraTrials
from runtime.recordings.camera_unit import CameraUnit, RecorderPlace, future_of
from runtime.recordings.recorder_plan import Plan
from runtime.recordings.recorder_readiness import RecorderReadiness, recorder_readiness
from runtime.recordings.recording_ring import RecordingRing
from storage.database.connection import reading, writing
from storage.database.errors import DatabaseLostError
from storage.database.recordings.cameras import KeptCamera, camera, camera_rows, camera_secrets
from storage.database.recordings.leases import (
    UNHELD,
    camera_states,
    free_camera,
    prolong_cameras,
    take_camera,
    tell_state,
)
from storage.database.tables.cameras import CAMERAS
from storage.evidence_log.ledger import EvidenceLog

_LOG = logging.getLogger("xueshi.record")
_TICK_S = 1.0
_LOOKED_EVERY = 2  # ticks: a camera that was changed waits for two seconds at most
_PROLONGED_EVERY = timedelta(seconds=4)
_REST = timedelta(seconds=10)  # before a camera whose recording broke, or whose folder another holds, is tried again
_MOST = 1000
_STOP_S = 30.0


@dataclass
class RecorderService:
    """Holds cameras, records each, tells; while the database is away, what is recorded goes on."""

    engine: Engine
    place: RecorderPlace
    clock: Callable[[], datetime]
    most: int = 64
    name: str = field(default_factory=lambda: secrets.token_hex(16))
    _over: threading.Event = field(default_factory=threading.Event)
    _reports: dict[int, CameraReport] = field(default_factory=dict)
    _rests: dict[int, datetime] = field(default_factory=dict)
    _prolonged_at: datetime | None = None
    _lost: bool = False
    _ticks: int = 0
    _looked_at: datetime | None = None
    _elsewhere: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """The log is the database's."""
        self._log = EvidenceLog(self.engine)
        self._trials = CameraTrials(self.engine, self.place, self.clock)
        self._searches = CameraSearches(self.engine, self.place, self.clock)
        self._ring = RecordingRing(self.engine, self.place, self.clock)

    def run(self) -> None:
        """Until ``stop``."""
        while not self._over.is_set():
            self.step()
            self._over.wait(_TICK_S)
        self._trials.stop()
        for report in self._reports.values():
            report.unit.stop()
        for report in self._reports.values():
            report.unit.join(_STOP_S)
        with suppress(Exception):  # the ledgers have it all
            self._tell()
            self._free(list(self._reports))

    def stop(self) -> None:
        """End in order; may be called from a signal."""
        self._over.set()

    def step(self) -> None:
        """What there is to tell about once a second, a look at the database every other time; a database that is away ends nothing."""
        try:
            if self._ticks % _LOOKED_EVERY == 0:
                self._look()
            self._tell()
            self._trials.step()
            self._searches.step()
            self._ring.step({number: one.unit for number, one in self._reports.items()}, self._elsewhere)
        except Exception as error:  # noqa: BLE001 - whatever breaks a look, what is recorded goes on
            if not self._lost:
                known = isinstance(error, XueshiError)
                _LOG.warning("cameras cannot be looked after, recording goes on: %s", error, exc_info=not known)
            self._lost = True
        else:
            self._lost, self._looked_at = False, self.clock()
        self._ticks += 1

    def readiness(self) -> RecorderReadiness:
        """Whether it does its work."""
        return recorder_readiness(
            self.clock(),
            looked_at=self._looked_at,
            prolonged_at=self._prolonged_at,
            cameras=len(self._reports),
            folder=self.place.home,
            keep_free_bytes=self.place.keep_free_bytes,
        )

    def _look(self) -> None:
        at = self.clock()
        with reading(self.engine, "looking at the cameras") as connection:
            wanted = {
                one.id: one
                for one in camera_rows(connection, CAMERAS.c.enabled, CAMERAS.c.ended_at.is_(None), limit=_MOST)
            }
            plans = camera_plans(connection, wanted.values(), at, hours_only=self._ring.is_short)
            held = camera_states(connection)
        self._elsewhere = {one.camera_id for one in held.values() if one.until >= at} - set(self._reports)
        for number, report in list(self._reports.items()):
            self._follow(report, wanted.get(number), plans.get(number, ()), at)
        free = [
            number
            for number in wanted
            if number not in self._reports
            and (number not in held or held[number].until < at)
            and self._rests.get(number, at) <= at
        ]
        for number in free[: max(self.most - len(self._reports), 0)]:
            self._begin(wanted[number], plans[number], at, called=number in held and held[number].state == UNHELD)

    def _follow(self, report: CameraReport, row: KeptCamera | None, plan: Plan, at: datetime) -> None:
        """What was changed, moved, switched off or broke."""
        unit = report.unit
        if unit.is_over:
            self._end(report, at)
        elif row is None:
            unit.stop(for_good=True)
        elif row.version != unit.row.version and not self._adopted(unit, row):
            unit.stop()
        elif future_of(plan, at) != future_of(unit.plan, at):
            unit.replan(plan)

    def _adopted(self, unit: CameraUnit, row: KeptCamera) -> bool:
        with reading(self.engine, "reading a camera") as connection:
            return unit.adopt(camera(connection, row.id), camera_secrets(connection, row))

    def _begin(self, row: KeptCamera, plan: Plan, at: datetime, *, called: bool) -> None:
        """Take it, if nobody was quicker; what stands against one camera keeps no other waiting."""
        with writing(self.engine, "taking a camera") as connection:
            if not take_camera(connection, row.id, self.name, at):
                return
        try:
            with reading(self.engine, "reading a camera") as connection:
                row = camera(connection, row.id)
                unit = CameraUnit(row, camera_secrets(connection, row), plan, self.place)
                self._reports[row.id] = CameraReport(unit, self.place, self.name, connection, called=called)
        except DatabaseLostError:
            raise
        except (
            XueshiError
        ) as error:  # another recorder still writes into its folder, a key is missing, a record was changed
            _LOG.warning("camera %s is not recorded: %s", row.id, error)
            self._rests[row.id] = at + _REST
            self._free([row.id])
            return
        unit.start()
        _LOG.info("camera %s: taken", row.id)

    def _end(self, report: CameraReport, at: datetime) -> None:
        """Its thread ended: tell the last of it and let it go."""
        number = report.unit.row.id
        self._write(report, report.look(at))
        if report.unit.fault:
            self._rests[number] = at + _REST
        else:
            self._free([number])
        del self._reports[number]
        _LOG.info("camera %s: let go", number)

    def _tell(self) -> None:
        at = self.clock()
        news = {number: report.look(at) for number, report in self._reports.items()}
        for number, report in self._reports.items():
            if news[number].is_urgent(report.told):
                self._write(report, news[number])
            report.unit.shorten(at)
        if self._prolonged_at is None or not timedelta() <= at - self._prolonged_at < _PROLONGED_EVERY:
            self._prolong(news, at)

    def _prolong(self, news: Mapping[int, CameraNews], at: datetime) -> None:
        with writing(self.engine, "keeping cameras") as connection:
            ours = prolong_cameras(connection, self.name, news, at)
            for number in ours:
                tell_state(connection, news[number].state)
        self._prolonged_at = at
        for number in news.keys() - ours:
            _LOG.warning("camera %s: another recorder took it", number)
            self._reports[number].unit.stop()

    def _write(self, report: CameraReport, news: CameraNews) -> None:
        with writing(self.engine, "telling of a camera") as connection:
            report.write(connection, self._log, news)
        report.kept(news)

    def _free(self, numbers: list[int]) -> None:
        with writing(self.engine, "letting cameras go") as connection:
            for number in numbers:
                free_camera(connection, number, self.name)
