from demo.appearance import Appearance
from demo.brush import Picture
from demo.events import Bow, Jacket, Rise, Turn
from demo.layout import LINES, SeatLayout, SeatPlace
from demo.motion import Fidget, Stroll
from demo.people import DrawnPerson
from demo.room import Room
from demo.scenario import Lens, RoomKind, Scenario
from demo.walk import WalkRound

# Numbers that no trainee has, so that a teacher or a helper never looks like one of the class.
_TEACHER = 900
# Somebody hidden also sinks a little, so that no rim of hair shows past the one in front.
_SINK_UNITS = 0.35
_STROLL_UNITS = 0.9
_ON_FEET_UNITS = 0.55


class CameraScene:
    """One camera's room with everybody in it, as it truly is at any second: before light, lens and recorder."""

    def __init__(self, scenario: Scenario, lens: Lens) -> None:
        self.scenario, self.scale = scenario, lens.size[1] / LINES
        self.seats = scenario.shows(lens)
        self.layout = SeatLayout(len(self.seats), scenario.rows)
        workshop = scenario.room is RoomKind.WORKSHOP
        self.room = Room(self.layout, self.scale, scenario.seed, scenario.portraits, benches=workshop)
        self.people = [
            self._person(seat, place.head_px) for seat, place in zip(self.seats, self.layout.places, strict=True)
        ]
        self._glances = [scenario.glances_of(seat) for seat in self.seats]
        self._strolls = [Stroll(scenario.take, seat, scenario.length_s, _STROLL_UNITS) for seat in self.seats]
        even = -(-len(self.seats) // scenario.rows) % 2 == 0
        self._round = WalkRound(scenario.take, scenario.rows, scenario.length_s, aisle=even)
        self._teachers: dict[int, DrawnPerson] = {}

    def _person(self, number: int, head_px: float) -> DrawnPerson:
        story = self.scenario
        fidget = Fidget(story.take, number, story.length_s)
        return DrawnPerson(Appearance.of(story.seed * 1000 + number), fidget, head_px * self.scale)

    def picture_at(self, at_s: float) -> Picture:
        """The room at that second, without noise."""
        picture = self.room.bare.copy()
        step = self._round.at(at_s) if self.scenario.teacher else None
        if step and step.depth < 0:
            self._teacher(picture, at_s, step.x, step.depth)
        for row in range(self.scenario.rows):
            for index, place in enumerate(self.layout.places):
                if place.row == row:
                    self._seat(picture, at_s, index, place)
            if step and step.depth >= 0 and round(step.depth) == row:
                self._teacher(picture, at_s, step.x, step.depth)
        return picture

    def _seat(self, picture: Picture, at_s: float, index: int, place: SeatPlace) -> None:
        seat, person, story = self.seats[index], self.people[index], self.scenario
        x, y = place.x * self.scale, place.y * self.scale
        desk = self.room.desks[place.head_px]
        bearing = person.fidget.at(at_s)
        if story.room is RoomKind.CLASSROOM:
            self.room.chairs[place.head_px].paste(picture, x, y)
        if seat not in story.occupied(at_s):
            if seat in story.seats_of(Jacket, at_s):
                person.jacket.paste(picture, x, y)
            desk.paste(picture, x, y)
        elif seat in story.seats_of(Rise, at_s):
            person.stand(picture, self._risen(index, place), bearing, "upright", 0)
            desk.paste(picture, x, y)
        elif story.room is RoomKind.WORKSHOP:
            aside, moving = self._strolls[index].at(at_s)
            here = x + aside * person.head_px, y - _ON_FEET_UNITS * person.head_px
            person.stand(picture, here, bearing, self._held(index, at_s), int(at_s * 2) % 2 if moving else 0)
            desk.paste(picture, x, y)
        else:
            sink = _SINK_UNITS * person.head_px if seat in story.hidden(at_s) else 0.0
            person.sit(picture, (x, y + sink), bearing, self._held(index, at_s), desk)

    def _held(self, index: int, at_s: float) -> str:
        """How the head is held."""
        seat, story = self.seats[index], self.scenario
        if seat in story.seats_of(Bow, at_s) or self._glances[index].down(at_s):
            return "bowed"
        return "turned" if seat in story.seats_of(Turn, at_s) else "upright"

    def _risen(self, index: int, place: SeatPlace) -> tuple[float, float]:
        """Head of somebody who stood up: in the camera's line to whoever sits behind."""
        behind = self.layout.behind(index)
        if behind is None:
            return place.x * self.scale, (place.y - 1.8 * place.head_px) * self.scale
        hidden = self.layout.places[behind]
        return hidden.x * self.scale, (hidden.y + 0.05 * hidden.head_px) * self.scale

    def _teacher(self, picture: Picture, at_s: float, x: float, depth: float) -> None:
        y, head_px = self.layout.standing(depth)
        size = round(head_px)
        if size not in self._teachers:
            self._teachers[size] = self._person(_TEACHER, size)
        teacher = self._teachers[size]
        bearing = teacher.fidget.at(at_s)
        moving = self._round.at(at_s).moving
        teacher.stand(picture, (x * self.scale, y * self.scale), bearing, "upright", int(at_s * 2) % 2 if moving else 0)
