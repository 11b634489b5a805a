"""How the service's cameras stand, for whoever looks: recorded or not, since when, what is missing today and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from facts.codec import loads
from facts.recorder import GAP_TEXTS, CameraClock, CameraTrial, GapReason, camera_clock_text
from facts.span import SHANGHAI, local
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import own_institution
from storage.database.recordings.cameras import KeptCamera
from storage.database.recordings.gaps import CameraGap, camera_gaps, not_over
from storage.database.recordings.leases import (
    FAILED,
    RECORDING,
    SILENT,
    STARTING,
    TOLD_AFTER,
    UNHELD,
    WAITING,
    CameraState,
    camera_states,
)
from storage.database.recordings.searches import SEARCH_STALE, KeptSearch, newest_search
from storage.database.recordings.trials import STALE, KeptTrial
from storage.database.tables.cameras import CAMERA_GAPS, CAMERA_LEASES

OFF = "off"
_TEXTS = {
    OFF: Text("已停用", "switched off"),
    UNHELD: Text("没有录像程序在录", "no recorder holds it"),
    STARTING: Text("正在开始", "beginning"),
    RECORDING: Text("正在录", "recording"),
    SILENT: Text("该录而没有画面", "no pictures, though they are due"),
    WAITING: Text("等下一节课", "waits for the next class hour"),
    FAILED: Text("录像中断，自动重试", "recording broke, is tried again"),
}
_GRACE = timedelta(seconds=30)  # a new camera, or a recorder that starts again
_NOTICED = timedelta(seconds=1)
_UNKNOWN = Text("原因不明", "for an unknown reason")


@dataclass(frozen=True, slots=True)
class CameraStanding:
    """One camera at this moment."""

    row: KeptCamera
    state: str
    at: datetime
    told: CameraState | None
    gaps: Sequence[CameraGap]

    @property
    def text(self) -> Text:
        """Its state in words."""
        return _TEXTS[self.state]

    @property
    def why(self) -> Text | None:
        """The reason where pictures are missing now."""
        return reason_text(self.told.reason) if self.state == SILENT and self.told else None

    @property
    def words(self) -> str:
        """What the connection itself said."""
        return self.told.words if self.told and self.state in {SILENT, FAILED} else ""

    @property
    def newest_age_s(self) -> int | None:
        """How old its newest picture is."""
        newest = self.told.newest_at if self.told else None
        return max(int((self.at - newest).total_seconds()), 0) if newest else None

    @property
    def is_missing(self) -> bool:
        """Whether somebody should look after it now."""
        if self.state == SILENT and self.told:
            return self.at - self.told.since >= TOLD_AFTER
        return self.state in {UNHELD, FAILED}

    @property
    def long_gaps(self) -> Sequence[CameraGap]:
        """Today's gaps that somebody would notice, the newest first; the ledger has them all."""
        return [one for one in self.gaps if one.ends_at is None or one.ends_at - one.starts_at >= _NOTICED]

    @property
    def missing_s(self) -> int:
        """Seconds missing of today's plan so far."""
        midnight = day_start(self.at)
        spans = ((max(one.starts_at, midnight), one.ends_at or self.at) for one in self.gaps)
        return int(sum(max((end - start).total_seconds(), 0.0) for start, end in spans))


def standings(connection: Connection, rows: Sequence[KeptCamera], at: datetime) -> tuple[CameraStanding, ...]:
    """How each of them stands."""
    numbers = [one.id for one in rows]
    told = camera_states(connection, CAMERA_LEASES.c.camera_id.in_(numbers))
    gaps: dict[int, list[CameraGap]] = {}
    for gap in camera_gaps(connection, CAMERA_GAPS.c.camera_id.in_(numbers), not_over(day_start(at)), limit=5000):
        gaps.setdefault(gap.camera_id, []).append(gap)
    return tuple(
        CameraStanding(row, _state(row, told.get(row.id), at), at, told.get(row.id), gaps.get(row.id, ()))
        for row in rows
    )


def _state(row: KeptCamera, told: CameraState | None, at: datetime) -> str:
    if not row.enabled:
        return OFF
    if told is None or told.until < at:
        return STARTING if at - row.changed_at < _GRACE else UNHELD
    return told.state if told.state in _TEXTS else STARTING


def day_start(at: datetime) -> datetime:
    """Midnight on a Chinese clock."""
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=SHANGHAI).astimezone(UTC)


def reason_text(reason: str) -> Text:
    """Why, in words."""
    return GAP_TEXTS[GapReason(reason)] if reason in set(GapReason) else _UNKNOWN


@dataclass(frozen=True, slots=True)
class TrialStanding:
    """What became of a trial: under way, over, or never begun because no recorder runs."""

    kept: KeptTrial
    result: CameraTrial | None
    is_waiting: bool

    @property
    def reason(self) -> Text | None:
        """What is wrong, in one line; nothing where pictures came."""
        if self.result is None:
            return (
                None
                if self.is_waiting
                else Text(
                    "没有录像程序来试；请运维启动 xueshi recorder",
                    "no recorder tried it; let the operator start xueshi recorder",
                )
            )
        return GAP_TEXTS[self.result.reason] if self.result.reason else None

    @property
    def clock_text(self) -> Text | None:
        """What its own clock shows against ours; nothing where it does not tell."""
        return camera_clock_text(self.result.clock) if self.result and self.result.clock else None


def trial_standing(kept: KeptTrial | None, at: datetime) -> TrialStanding | None:
    """The same, of what the database keeps."""
    if kept is None:
        return None
    result = loads(CameraTrial, kept.result) if kept.done_at and kept.result else None
    return TrialStanding(kept, result, kept.done_at is None and at - kept.asked_at < STALE)


@dataclass(frozen=True, slots=True)
class SeenCamera:
    """One that answered."""

    address: str
    port: int
    name: str = ""
    model: str = ""
    clock: CameraClock | None = None
    other_certificate: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Who answered; ``unnamed`` where the operator named no network, and so nobody was asked."""

    cameras: tuple[SeenCamera, ...] = ()
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class SearchStanding:
    """What became of a search: under way, over, or never begun because no recorder runs."""

    kept: KeptSearch
    result: SearchResult | None
    is_waiting: bool


def search_standing(connection: Connection, caller: Caller, at: datetime) -> SearchStanding | None:
    """What became of the newest search of the caller's institution."""
    kept = newest_search(connection, own_institution(connection, caller).id)
    if kept is None:
        return None
    result = loads(SearchResult, kept.result) if kept.done_at and kept.result else None
    return SearchStanding(kept, result, kept.done_at is None and at - kept.asked_at < SEARCH_STALE)
