from collections.abc import Callable, Iterator
from functools import partial
from math import floor
from typing import NamedTuple

from demo.appearance import Appearance
from demo.brush import Picture
from demo.class_motion import ClassMotion
from demo.events import Spot, StaffRole, Stay, WalkAbout
from demo.furniture import lectern
from demo.layout import LINES, SeatLayout, SeatPlace
from demo.motion import Fidget
from demo.people import DrawnPerson, Posture
from demo.room import Room
from demo.scenario import Lens, RoomKind, Scenario
from demo.seat_view import SeatView
from demo.sheet import DrawingSheet, HeadInView, HeadSheet, PictureSheet
from demo.walk import WalkRound
from demo.wall import Wall

# Numbers that no trainee has, so that a teacher or a helper never looks like one of the class.
TEACHER = 900
_STAFF = {StaffRole.TEACHER: TEACHER, StaffRole.ASSISTANT: TEACHER + 1, StaffRole.VISITOR: TEACHER + 2}
_STEPS_PER_S = 2
# Whoever walks passes in front of the row that they are level with.
_BEFORE_ROW = 0.4
_BEFORE_WALKERS = 0.45


class Figure(NamedTuple):
    """Something to be laid down once everything further away lies: ``depth`` in rows from the furthest."""

    depth: float
    lay: Callable[[DrawingSheet], None]


class CameraScene:
    """One camera's room with everybody in it, as it truly is at any second: before light, lens and recorder."""

    def __init__(self, scenario: Scenario, lens: Lens) -> None:
        self.scenario, self.scale, self.size = scenario, lens.size[1] / LINES, lens.size
        self.seats = scenario.shows(lens)
        self.layout = SeatLayout(len(self.seats), scenario.rows, scenario.perspective)
        workshop = scenario.room is RoomKind.WORKSHOP
        self.room = Room(self.layout, self.scale, scenario.seed, scenario.portraits, benches=workshop)
        self._people: dict[tuple[int, float], DrawnPerson] = {}
        self.people = [self.person(seat, at.head_px) for seat, at in zip(self.seats, self.layout.places, strict=True)]
        self._wall = Wall(scenario.furnishings, self.scale, scenario.take, scenario.length_s)
        self._moves = ClassMotion(scenario, self.seats)
        self._places = SeatView(scenario, self.room, self.layout, self._moves, self.person)
        even = -(-len(self.seats) // scenario.rows) % 2 == 0
        self._round = WalkRound(scenario.take, scenario.rows, scenario.length_s, aisle=even)

    def person(self, number: int, head_px: float) -> DrawnPerson:
        """Whoever has that number, at the size that a head has at that distance."""
        if (number, head_px) not in self._people:
            story = self.scenario
            fidget, looks = Fidget(story.take, number, story.length_s), Appearance.of(story.seed * 1000 + number)
            drawn = DrawnPerson(number, looks, fidget, head_px * self.scale, story.wears(number))
            self._people[number, head_px] = drawn
        return self._people[number, head_px]

    def picture_at(self, at_s: float) -> Picture:
        """The room at that second, without noise."""
        picture = self.room.bare.copy()
        self._wall.paint(picture, at_s)
        if self._wall.mirrors:
            seen = picture.copy()
            self._lay(PictureSheet(seen), at_s)
            self._wall.reflect(picture, seen)
        self._lay(PictureSheet(picture), at_s)
        return picture

    def heads_at(self, at_s: float) -> tuple[HeadInView, ...]:
        """Every human head in the picture at that second: trainees by their seat, others from ``TEACHER`` on."""
        sheet = HeadSheet(*self.size)
        self._lay(sheet, at_s)
        return sheet.heads()

    def _lay(self, onto: DrawingSheet, at_s: float) -> None:
        for figure in sorted(self._figures(at_s), key=lambda figure: figure.depth):
            figure.lay(onto)

    def _figures(self, at_s: float) -> Iterator[Figure]:
        story = self.scenario
        walking = story.seats_of(WalkAbout, at_s) & story.occupied(at_s)
        seated = story.occupied(at_s) - walking
        sitters = {story.chair_of(seat, at_s): seat for seat in self.seats if seat in seated}
        for seat, place in zip(self.seats, self.layout.places, strict=True):
            lay = partial(self._places.lay, place=place, seat=seat, sitter=sitters.get(seat), at_s=at_s)
            yield Figure(place.row, lay)
        for seat in sorted(walking & set(self.seats)):
            yield self._walker(seat, at_s)
        if story.teacher:
            yield self._round_of(TEACHER, at_s, back=False)
        for stay in story.events:
            if isinstance(stay, Stay) and stay.on(at_s):
                yield self._stay(stay, at_s)
        if any(isinstance(event, Stay) and event.spot is Spot.LECTERN for event in story.events):
            yield self._lectern()

    def _walker(self, seat: int, at_s: float) -> Figure:
        x, depth, moving = self._moves.lane(seat, at_s)
        posture = self._places.posture(seat, at_s)
        return Figure(
            floor(depth) + _BEFORE_ROW,
            partial(self._on_feet, seat, (x, depth), posture, _stride(at_s, moving=moving), at_s),
        )

    def _round_of(self, number: int, at_s: float, *, back: bool) -> Figure:
        step = self._round.at(at_s)
        depth = -1 if step.depth < 0 else round(step.depth)
        lay = partial(
            self._on_feet, number, (step.x, step.depth), Posture(away=back), _stride(at_s, moving=step.moving), at_s
        )
        return Figure(depth + _BEFORE_ROW, lay)

    def _on_feet(
        self,
        number: int,
        at: tuple[float, float],
        posture: Posture,
        step: int,
        at_s: float,
        onto: DrawingSheet,
    ) -> None:
        y, head_px = self.layout.standing(at[1])
        person = self.person(number, round(head_px))
        place = at[0] * self.scale, y * self.scale
        person.stand(onto, place, person.fidget.at(at_s), posture, step)

    def _stay(self, stay: Stay, at_s: float) -> Figure:
        number = _STAFF[stay.role]
        if stay.spot is Spot.AISLES:
            return self._round_of(number, at_s, back=stay.back)
        at = self.layout.spot(stay.spot, from_behind=self.scenario.from_behind)
        return Figure(at.row + _BEFORE_ROW, partial(self._keep_to, number, at, stay, at_s))

    def _keep_to(self, number: int, at: SeatPlace, stay: Stay, at_s: float, onto: DrawingSheet) -> None:
        person = self.person(number, at.head_px)
        place, bearing = (at.x * self.scale, at.y * self.scale), person.fidget.at(at_s)
        if stay.spot is Spot.SIDE_SEAT:
            desk = self._places.side_desk(at.head_px)
            person.sit(onto, place, bearing, Posture(away=stay.back), desk)
        else:
            person.stand(onto, place, bearing, Posture(away=stay.back), 0)

    def _lectern(self) -> Figure:
        at = self.layout.spot(Spot.LECTERN, from_behind=self.scenario.from_behind)
        sprite = lectern(at.head_px * self.scale, front=self.scenario.from_behind)
        # From the front the teacher stands between camera and lectern, from behind the lectern hides the legs.
        depth = at.row + (_BEFORE_WALKERS if self.scenario.from_behind else 0.0)
        return Figure(depth, lambda onto: onto.lay(sprite, at.x * self.scale, at.y * self.scale))


def _stride(at_s: float, *, moving: bool) -> int:
    """Which of the two strides somebody on their feet is in; standing still is the first."""
    return int(at_s * _STEPS_PER_S) % 2 if moving else 0
