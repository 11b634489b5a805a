"""Footage seen before in any class of the service: candidates from the database, each held against the movements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Engine

from facts.course import ClassHour
from facts.motion import OtherSide, Replay, ReplayKind
from facts.span import Span
from pipeline.verification.ports import CloserLook, LookJob, LookResult
from runtime.verification.replays import ClassReplays, FilmedStretch, UnsureReplay, replay_of, replays_closely, sought
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.verification.motions import (
    KnownMotion,
    NewMotion,
    known_motions,
    motions_of_class,
    motions_of_room,
    sketches_like,
)
from vision.motion import Motion, motion_of
from vision.replay import NO_HITS, Found, Hits, asked_keys, voted
from vision.sketch import Keys, indexed

TWO_YEARS = timedelta(days=731)
# Each costs a fiftieth of a second. Yesterday's film of the room is the likeliest to be shown again.
_MOST_OTHERS, _MOST_OF_ROOM = 120, 60


@dataclass(slots=True)
class ServiceReplays:
    """Implements the pipeline's ``ReplayFinder`` over the class itself and every other one of two years.

    ``filmed`` is then what the database is to know of the class, so that others are held against it.
    """

    engine: Engine
    owner: ClassRow
    hours: Sequence[ClassHour]
    at: datetime
    closer: CloserLook | None = None
    filmed: list[NewMotion] = field(default_factory=list)

    def replays(self, looked: Sequence[tuple[LookJob, LookResult]]) -> tuple[Replay, ...]:
        """See ``ReplayFinder``."""
        within = ClassReplays(self.hours)
        stretches = within.stretches(looked)
        found, unsure = within.within(stretches)
        for own in stretches:
            sure, open_ = self._elsewhere(own)
            found, unsure = [*found, *sure], [*unsure, *open_]
            self.filmed.append(_new(own))
        return (*found, *replays_closely(self.closer, unsure, len(stretches)))

    def _elsewhere(self, own: FilmedStretch) -> tuple[list[Replay], list[UnsureReplay]]:
        since = self.at - TWO_YEARS
        with reading(self.engine, "looking for footage seen before") as connection:
            mine = motions_of_class(connection, self.owner.id)
            near = motions_of_room(connection, self.owner.institution_id, own.hour.room, since, _MOST_OF_ROOM)
            numbers = [number for number in dict.fromkeys([*near, *self._voted(connection, own)]) if number not in mine]
            known = known_motions(connection, numbers[:_MOST_OTHERS], since)
        others = {number: motion_of(one.record) for number, one in known.items()}
        return sought(own, others, lambda one: self._told(own, known[one.other], others[one.other], one))

    def _voted(self, connection: Connection, own: FilmedStretch) -> list[int]:
        asked = list(asked_keys(own.motion))
        wanted = np.unique(np.concatenate([keys for _, keys, _ in asked])) if asked else np.empty(0, np.int32)
        return voted(joined(asked, list(sketches_like(connection, wanted.tolist()))))

    def _told(self, own: FilmedStretch, known: KnownMotion, other: Motion, found: Found) -> Replay:
        ends = sorted((found.how.there(found.since_s), found.how.there(found.until_s)))
        span = Span(other.moment(ends[0]), other.moment(ends[1]))
        if known.institution_id != self.owner.institution_id:
            # Whose class it was is for the authority to see, not for a competitor: it asks by the class's number.
            there = OtherSide(span, class_id=known.class_id)
            return replay_of(own, ReplayKind.OTHER_INSTITUTION, found, there, known.seed)
        there = OtherSide(span, known.camera_id, known.room, "", known.class_id, known.class_code)
        return replay_of(own, self._kind(own, known, span, found), found, there, known.seed)

    def _kind(self, own: FilmedStretch, known: KnownMotion, span: Span, found: Found) -> ReplayKind:
        here = own.span(found.since_s, found.until_s)
        if known.camera_id == own.job.camera_id and here.overlaps(span):
            return ReplayKind.OTHER_CLASS  # the very same minutes, handed in for two classes
        return ReplayKind.OTHER_ROOM if known.room != own.hour.room else ReplayKind.OTHER_DAY


def _new(own: FilmedStretch) -> NewMotion:
    where = own.job.camera_id, own.hour.room
    return NewMotion(own.hour.id, *where, own.seed, own.record, tuple(indexed(own.motion)))


def joined(asked: Sequence[tuple[Hits, Keys, bool]], rows: Sequence[tuple[int, int, int]]) -> Hits:
    """Each row of the index beside every sample that asked for its key."""
    if not rows:
        return NO_HITS
    table = np.array(rows, np.int64)
    table = table[np.argsort(table[:, 0], kind="stable")]
    found = [NO_HITS]
    for at_s, wanted, turned in asked:
        first = np.searchsorted(table[:, 0], wanted, "left")
        count = np.searchsorted(table[:, 0], wanted, "right") - first
        at = np.repeat(first, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        columns = (np.repeat(at_s, count), table[at, 1], table[at, 2], np.full(len(at), float(turned)))
        found.append(np.stack(columns, axis=1).astype(np.float64))
    return np.concatenate(found)
