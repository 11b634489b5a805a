from demo.brush import Picture
from demo.events import Bow, Jacket, Rise, Turn
from demo.layout import LINES, Layout, Place
from demo.people import Person, on_foot, seated
from demo.room import Room
from demo.scenario import Lens, RoomKind, Scenario
from demo.walk import Round

# Numbers that no trainee has, so that a teacher or a helper never looks like one of the class.
_TEACHER = 900
# Somebody hidden also sinks a little, so that no rim of hair shows past the one in front.
_SINK_UNITS = 0.35


class Stage:
    """One camera's room with everybody in it, as it truly is at any second: before light, lens and recorder."""

    def __init__(self, scenario: Scenario, lens: Lens) -> None:
        self.scenario, self.scale = scenario, lens.size[1] / LINES
        self.seats = scenario.shows(lens)
        self.layout = Layout(len(self.seats), scenario.rows)
        workshop = scenario.room is RoomKind.WORKSHOP
        self.room = Room(self.layout, self.scale, scenario.seed, scenario.portraits, benches=workshop)
        length_s = scenario.length_s
        self.people = [
            Person(scenario.seed, seat, place.head_px * self.scale, length_s)
            for seat, place in zip(self.seats, self.layout.places, strict=True)
        ]
        even = -(-len(self.seats) // scenario.rows) % 2 == 0
        self._round = Round(scenario.seed, _TEACHER, scenario.rows, length_s, aisle=even)
        self._teachers: dict[int, Person] = {}

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

    def _seat(self, picture: Picture, at_s: float, index: int, place: Place) -> None:
        seat, person, story = self.seats[index], self.people[index], self.scenario
        x, y = place.x * self.scale, place.y * self.scale
        desk = self.room.desks[place.head_px]
        bearing = person.fidget.at(at_s)
        self.room.chairs[place.head_px].paste(picture, x, y)
        if seat not in story.occupied(at_s):
            if seat in story.seats_of(Jacket, at_s):
                person.jacket.paste(picture, x, y)
            desk.paste(picture, x, y)
        elif seat in story.seats_of(Rise, at_s):
            on_foot(picture, person, bearing, *self._risen(index, place), "upright", 0)
            desk.paste(picture, x, y)
        else:
            if seat in story.hidden(at_s):
                y += _SINK_UNITS * person.head_px
            bowed, turned = seat in story.seats_of(Bow, at_s), seat in story.seats_of(Turn, at_s)
            seated(picture, person, bearing, x, y, "bowed" if bowed else "turned" if turned else "upright", desk)

    def _risen(self, index: int, place: Place) -> tuple[float, float]:
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
            self._teachers[size] = Person(self.scenario.seed, _TEACHER, size * self.scale, self.scenario.length_s)
        teacher = self._teachers[size]
        bearing = teacher.fidget.at(at_s)
        moving = self._round.at(at_s).moving
        on_foot(picture, teacher, bearing, x * self.scale, y * self.scale, "upright", int(at_s * 2) % 2 if moving else 0)


