"""What the database learns of one camera: how it stands, what is missing, which files are finished, who is called."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from facts.digest import Digest
from facts.errors import InputError
from facts.recorder import EntryKind, RecorderEntry
from facts.recording_origin import note_of
from ingest.cameras.ledger_lines import closing_digest
from ingest.recordings.file_digest import digest_file
from pipeline.recordings.gap_account import CameraAccount, RecordingGap
from runtime.platform.folders import inside, recordings_folder
from runtime.recordings.camera_unit import REMEMBERED, CameraUnit, RecorderPlace
from storage.database.accounts.accounts import institution
from storage.database.notifications.events import EventKind, raise_event
from storage.database.recordings.gaps import CameraGap, camera_gaps, end_gaps, keep_gaps, tell_open_gap
from storage.database.recordings.leases import (
    FAILED,
    RECORDING,
    SILENT,
    TOLD_AFTER,
    WAITING,
    CameraState,
    tell_state,
)
from storage.database.recordings.segments import NewSegment, keep_segment, known_files
from storage.database.tables.cameras import CAMERA_GAPS
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

_TOUCHING = timedelta(seconds=1)
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class CameraNews:
    """How a camera stands, and what of it the database does not know yet."""

    at: datetime
    state: CameraState
    lines: int
    gaps: Sequence[CameraGap] | None = None
    first: datetime | None = None
    segments: Sequence[RecorderEntry] = ()
    call: EventKind | None = None
    since: datetime | None = None

    def is_urgent(self, before: "CameraNews | None") -> bool:
        """Whether it cannot wait until the lease is prolonged."""
        same = before and (before.state.state, before.state.reason) == (self.state.state, self.state.reason)
        return not same or self.gaps is not None or bool(self.segments) or self.call is not None


class CameraReport:
    """Compares what the unit's ledger says with what was told already; nothing is forgotten while the database is away."""

    def __init__(
        self, unit: CameraUnit, place: RecorderPlace, holder: str, connection: Connection, *, called: bool = False
    ) -> None:
        """``called`` where somebody was told already that nobody holds the camera."""
        self.unit, self._place, self._holder = unit, place, holder
        self._known = set(known_files(connection, unit.row.id))
        newest = camera_gaps(connection, CAMERA_GAPS.c.camera_id == unit.row.id, limit=1)
        self._called = called or any(one.told_at is not None and one.ends_at is None for one in newest)
        self.told: CameraNews | None = None
        self._gaps: Sequence[CameraGap] | None = None

    def look(self, at: datetime) -> CameraNews:
        """What there is to tell; costs next to nothing while a file grows."""
        lines, before = self.unit.lines(), self.told
        planned = self.unit.is_planned(at)
        changed = before is None or before.lines != len(lines) or before.state.state != RECORDING or not planned
        idle = before is not None and before.state.state == WAITING and not planned and before.lines == len(lines)
        account = self.unit.account(at) if changed and not idle else None
        state = self._state(account, at, planned=planned)
        closed = [one for one in lines if one.kind is EntryKind.CLOSED and one.told.get("name")] if changed else []
        missing = [one for one in closed if one.told["name"] not in self._known][:_AT_ONCE]
        seen = -1 if len(missing) == _AT_ONCE else len(lines)
        call, since = self._call(state, at)
        gaps = self._missing(account, state, at) if account else None
        first = account.planned[0].start if account and account.planned else None
        return CameraNews(at, state, seen, None if gaps == self._gaps else gaps, first, missing, call, since)

    def write(self, connection: Connection, log: EvidenceLog, news: CameraNews) -> None:
        """All of it, in the caller's transaction."""
        tell_state(connection, news.state)
        if news.gaps is not None:
            self._keep_gaps(connection, news.gaps, news)
        for entry in news.segments:
            keep_segment(connection, self._noted(connection, log, entry, news.at))
        if news.call and news.since:
            self._raise(connection, news.call, news.state, news.since, news.at)
            if news.call == "camera.silent":
                tell_open_gap(connection, self.unit.row.id, news.at)

    def kept(self, news: CameraNews) -> None:
        """It is in the database."""
        self.told = news
        self._gaps = self._gaps if news.gaps is None else news.gaps
        self._known |= {str(one.told["name"]) for one in news.segments}
        if news.call or news.state.state == WAITING:
            self._called = news.call == "camera.silent"

    def _state(self, account: CameraAccount | None, at: datetime, *, planned: bool) -> CameraState:
        row, before = self.unit.row, self.told
        gap = account.gaps[-1] if account and account.gaps else None
        newest = self.unit.newest() or (account.recorded[-1].end if account and account.recorded else None)
        newest = newest or (before.state.newest_at if before else None)
        told = (row.id, self._holder, at, row.version)
        if self.unit.is_over:
            return CameraState(*told, FAILED, "", self.unit.fault, at, newest)
        if not planned:
            return CameraState(*told, WAITING, "", "", at, newest)
        if account and gap and gap.span.end >= at:
            return CameraState(*told, SILENT, gap.reason, gap.words, silent_since(account.gaps), newest)
        if account is None and before:
            return CameraState(*told, RECORDING, "", "", before.state.since, newest)
        since = account.recorded[-1].start if account and account.recorded else at
        return CameraState(*told, RECORDING, "", "", since, newest)

    def _missing(self, account: CameraAccount, state: CameraState, at: datetime) -> list[CameraGap]:
        """Of late; the one that goes on has no end, so that it is the same a second later."""
        return [
            CameraGap(
                state.camera_id,
                one.span.start,
                None if state.state == SILENT and one.span.end >= at else one.span.end,
                one.reason,
                one.words,
            )
            for one in account.gaps
            if one.span.end > at - REMEMBERED
        ]

    def _keep_gaps(self, connection: Connection, found: Sequence[CameraGap], news: CameraNews) -> None:
        number = self.unit.row.id
        begun = max(news.first or news.at, news.at - REMEMBERED)
        since = min([begun, *(one.starts_at for one in found)])
        end_gaps(connection, number, since)
        keep_gaps(connection, number, since, found)

    def _noted(self, connection: Connection, log: EvidenceLog, entry: RecorderEntry, at: datetime) -> NewSegment:
        row, name = self.unit.row, str(entry.told["name"])
        sidecar = _sidecar_digest(self._place, name)
        subject = f"camera:{row.id} {name.rpartition('/')[2]}"
        note = note_of(sidecar, closing_digest(self.unit.ledger.path, name))
        leaf = Leaf(LeafKind.SEGMENT, at, Digest(entry.told["sha256"]), subject, note)
        (place,) = log.append_within(connection, [leaf])
        start, end = entry.start or entry.at, entry.end or entry.at
        told = (int(entry.told["bytes"]), str(entry.told["sha256"]), sidecar, entry.at, at, place)
        return NewSegment(row.id, row.institution_id, name, start, end, *told)

    def _call(self, state: CameraState, at: datetime) -> tuple[EventKind | None, datetime | None]:
        """Whoever listens hears once that the camera is silent, and once that it speaks again."""
        if state.state == SILENT and not self._called and at - state.since >= TOLD_AFTER:
            return "camera.silent", state.since
        if state.state == RECORDING and self._called:
            return "camera.back", state.since
        return None, None

    def _raise(
        self, connection: Connection, kind: EventKind, state: CameraState, since: datetime, at: datetime
    ) -> None:
        row = self.unit.row
        owner = institution(connection, row.institution_id)
        if owner is None:
            return
        told = {"camera_id": row.id, "room": row.room, "name": row.name, "since": since.isoformat()}
        told |= {"reason": state.reason} if state.reason else {}
        raise_event(connection, kind, owner, at, json.dumps(told, ensure_ascii=False))


def silent_since(gaps: Sequence[RecordingGap]) -> datetime:
    """When the silence began that the last gap is the end of: other reasons may have come before."""
    since = gaps[-1].span.start
    for gap in reversed(gaps[:-1]):
        if since - gap.span.end > _TOUCHING:
            break
        since = gap.span.start
    return since


def _sidecar_digest(place: RecorderPlace, name: str) -> str:
    """Nothing where there is none: a full disk had no room for it, and the ledger says the same."""
    root = recordings_folder(place.home)
    try:
        return digest_file(inside(root, name).with_suffix(".json")).sha256
    except (OSError, InputError):
        return ""
