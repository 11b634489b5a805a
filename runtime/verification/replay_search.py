"""Footage seen before in any class of the service: candidates from the database, each held against the movements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from facts.course import ClassHour
from facts.motion import OtherSide, Replay, ReplayKind
from facts.span import Span
from pipeline.verification.ports import CloserLook, LookJob, LookResult
from runtime.verification.replays import ClassReplays, FilmedStretch, UnsureReplay, replay_of, replays_closely, sought
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading, writing
from storage.database.verification.motions import (
    KnownMotion,
    NewMotion,
    keep_sketches,
    known_motions,
    motions_of_class,
    motions_of_room,
    sketches_like,
    unsketched,
)
from vision.motion import Motion, motion_of
from vision.replay import Found, likely
from vision.sketch import indexed
from vision.votes import Vote, asked_keys, voted

TWO_YEARS = timedelta(days=731)
# Each costs a hundredth of a second. Yesterday's film of the room is the likeliest to be shown again.
_MOST_OF_ROOM, _MOST_LIKELY = 60, 20
# One that sketches name costs a two-thousandth; a meeting of sketches a millionth. Both end here, however much is known.
MOST_VOTED, MOST_MEETINGS = 1_500, 2_000_000
_ANEW_AT_ONCE = 200


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
        _sketched_anew(self.engine)
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
            known = known_motions(connection, [number for number in near if number not in mine], since)
            seen = mine | known.keys()
            votes = [vote for vote in self._voted(connection, own) if vote.other not in seen]
            named = known_motions(connection, [vote.other for vote in votes], since)
        others = {number: motion_of(one.record) for number, one in (known | named).items()}
        best = likely(own.motion, others, votes, _MOST_LIKELY)
        others = {number: others[number] for number in (*known, *best)}
        return sought(own, others, lambda one: self._told(own, (known | named)[one.other], others[one.other], one))

    def _voted(self, connection: Connection, own: FilmedStretch) -> list[Vote]:
        asked = asked_keys(own.motion)
        return voted(asked, sketches_like(connection, asked.distinct(), MOST_MEETINGS), MOST_VOTED)

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


def _sketched_anew(engine: Engine) -> None:
    """Recordings that an earlier version kept get keys of today's kind, once."""
    while True:
        with writing(engine, "sketching what moved anew") as connection:
            old = unsketched(connection, _ANEW_AT_ONCE)
            for number, record in old.items():
                keep_sketches(connection, number, indexed(motion_of(record)))
        if not old:
            return
