"""The demo's class that a person has to look at: drawn, verified, and one of its hours reviewed by two people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from demo.dossier import SampleManifest
from demo.layout import COLUMNS, LINES, SeatLayout
from demo.sample import SampleHour
from facts.errors import InternalError
from facts.review import ReviewAnswer, ReviewFrame
from facts.sighting import Box
from pipeline.accounts.rights import DataScope, Role
from runtime.accounts.caller import Caller
from runtime.classes.unmasking import FACE, ask_unmasking
from runtime.demo.classes import SampleClasses
from runtime.demo.people import AREA, SECOND, Clock
from runtime.platform.environment import environment
from runtime.platform.service import Service
from runtime.platform.settings import Settings
from runtime.reviews.reading import HandedReading
from runtime.reviews.review_steps import agreed, counted_by_second, opened, signed
from runtime.reviews.sheet_frames import frames_shown
from storage.database.accounts import accounts
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading, writing
from storage.evidence.address import open_store
from storage.evidence_log.ledger import EvidenceLog
from vision.people import apart, one_to_one

OPEN_CLASS = SampleManifest("demo-2025-jz-05", "家政服务员示范5班（低头记笔记）", SECOND, lectern="")
_REVIEWED = 1  # of its two hours
_SAME_HEAD = 0.95


@dataclass(frozen=True, slots=True)
class OpenClass:
    """The folder of the class, and what was drawn in it."""

    folder: Path
    hours: tuple[SampleHour, ...]

    def into(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        """Adds it to a service; what is there already is left as it is."""
        made = SampleClasses(settings, engine, clock)
        owner = made.open_class(self.folder)
        if owner is None:
            return
        store = open_store(settings.store, environment(), clock)
        service = Service(settings, engine, store, EvidenceLog(engine), clock)
        self._reviewed(service, owner)
        made.work()

    def _reviewed(self, service: Service, owner: ClassRow) -> None:
        """Two people mark everybody whom the drawing knows to be there, and agree."""
        people = list(_reviewers(service))
        for one in people:
            with writing(service.engine, "noting a reason") as connection:
                ask_unmasking(service, connection, one, FACE, owner.id, "示范：复核学时")
        desk = opened(service, people[0], owner.id, _REVIEWED)
        row, _ = signed(service, people[0], owner.id, _REVIEWED, self._handed(frames_shown(desk)))
        second = next(one for one in people if one.key == row.drawn)
        desk = opened(service, second, owner.id, _REVIEWED)
        counted_by_second(service, second, owner.id, _REVIEWED, row.id, self._handed(frames_shown(desk)))
        agreed(service, second, owner.id, _REVIEWED, row.id, agrees=True, dissent="")

    def _handed(self, frames: Sequence[ReviewFrame]) -> HandedReading:
        return HandedReading(ReviewAnswer.HEADS, tuple(self._marked(frame) for frame in frames))

    def _marked(self, frame: ReviewFrame) -> ReviewFrame:
        """The machine's boxes of those who sit there, those whom it missed, and nobody else: the teacher is struck."""
        heads = list(self._heads(frame.at))
        pairs = one_to_one(frame.heads, heads, apart, _SAME_HEAD)
        own = [frame.heads[pairs[number]] if number in pairs else head for number, head in enumerate(heads)]
        struck = [box for index, box in enumerate(frame.heads) if index not in pairs.values()]
        return replace(frame, heads=tuple(own), struck=tuple(struck))

    def _heads(self, at: datetime) -> Iterator[Box]:
        hour = next((one for one in self.hours if at in one.scenario.span), None)
        if hour is None:
            raise InternalError("demo: got a frame outside the drawn hours")
        truth = hour.truth.seconds[int((at - hour.scenario.span.start).total_seconds())]
        for place in SeatLayout(hour.scenario.people, hour.scenario.rows).places:
            if place.seat in truth.occupied:
                size = place.head_px
                yield Box(
                    (place.x - 0.42 * size) / COLUMNS,
                    (place.y - 0.55 * size) / LINES,
                    0.84 * size / COLUMNS,
                    1.1 * size / LINES,
                )


def _reviewers(service: Service) -> Iterator[Caller]:
    with reading(service.engine, "reading the demo's people") as connection:
        for one in accounts.accounts(connection):
            if one.role in {Role.INSPECTOR.value, Role.REVIEWER.value}:
                yield Caller(f"account:{one.id}", one.shown, Role(one.role), DataScope(area=AREA), one.id)
