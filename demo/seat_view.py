from demo.brush import Sprite
from demo.class_motion import ClassMotion
from demo.events import Bow, Cardboard, Jacket, RaiseHand, Rise, Turn, Write
from demo.furniture import Furnishing, bag, chair_back, desk
from demo.layout import SeatLayout, SeatPlace
from demo.people import DrawnPerson, PeopleOfSize, Posture
from demo.room import Room
from demo.scenario import RoomKind, Scenario
from demo.sheet import DrawingSheet

# Somebody hidden also sinks a little, so that no rim of hair shows past the one in front.
_SINK_UNITS = 0.35
_ON_FEET_UNITS = 0.55
_STEPS_PER_S = 2
_COAT_UNITS = 0.3
_BAG_UNITS = 0.75


class SeatView:
    """The places of one camera's picture: desk, chair, what hangs there, and who sits there or does not."""

    def __init__(
        self, scenario: Scenario, room: Room, layout: SeatLayout, moves: ClassMotion, people: PeopleOfSize
    ) -> None:
        self.scenario, self.room, self.layout, self.moves, self.people = scenario, room, layout, moves, people
        self.scale = room.scale

    def lay(self, onto: DrawingSheet, place: SeatPlace, seat: int, sitter: int | None, at_s: float) -> None:
        """The place of ``seat`` with ``sitter`` in it: its owner, somebody else, or nobody."""
        x, y = place.x * self.scale, place.y * self.scale
        away, chairs = self.scenario.from_behind, self.scenario.room is RoomKind.CLASSROOM
        if chairs and not away:
            onto.lay(self.room.chairs[place.head_px], x, y)
        if sitter is None:
            self._empty(onto, place, seat, at_s)
        else:
            self._taken(onto, place, sitter, at_s)
        if chairs and away:
            onto.lay(chair_back(place.head_px * self.scale), x, y)
        self._hung(onto, place, seat)

    def posture(self, seat: int, at_s: float) -> Posture:
        """How head and hands are held."""
        story = self.scenario
        head = "turned" if seat in story.seats_of(Turn, at_s) else "upright"
        if seat in story.seats_of(Bow, at_s) or self.moves.glances[seat].down(at_s):
            head = "bowed"
        writes_s = at_s + seat if seat in story.seats_of(Write, at_s) else None
        return Posture(head, writes_s, seat in story.seats_of(RaiseHand, at_s), story.from_behind)

    def side_desk(self, head_px: float) -> Sprite:
        """The desk of somebody who is no trainee."""
        return desk(head_px * self.scale)

    def _empty(self, onto: DrawingSheet, place: SeatPlace, seat: int, at_s: float) -> None:
        person, table = self.people(seat, place.head_px), self.room.desks[place.head_px]
        x, y = place.x * self.scale, place.y * self.scale
        for board in self.scenario.during(Cardboard, at_s):
            if isinstance(board, Cardboard) and seat in board.seats:
                aside, down = self.moves.push(seat, board, at_s)
                here = x + aside * person.head_px, y + down * person.head_px
                person.as_cardboard(onto, here, table, away=self.scenario.from_behind)
                return
        if seat in self.scenario.seats_of(Jacket, at_s):
            onto.lay(person.jacket, x, y)
        onto.lay(table, x, y)

    def _taken(self, onto: DrawingSheet, place: SeatPlace, sitter: int, at_s: float) -> None:
        story, person, table = self.scenario, self.people(sitter, place.head_px), self.room.desks[place.head_px]
        x = (place.x + self.moves.lean(sitter, at_s) * place.head_px) * self.scale
        y = place.y * self.scale
        bearing, posture = self.moves.bearing(person, at_s), self.posture(sitter, at_s)
        if sitter in story.seats_of(Rise, at_s):
            person.stand(onto, self._risen(place), bearing, Posture(away=posture.away), 0)
            onto.lay(table, x, y)
        elif story.room is RoomKind.WORKSHOP:
            aside, moving = self.moves.stroll(sitter, at_s)
            here = x + aside * person.head_px, y - _ON_FEET_UNITS * person.head_px
            person.stand(onto, here, bearing, posture, int(at_s * _STEPS_PER_S) % 2 if moving else 0)
            onto.lay(table, x, y)
        else:
            sink = _SINK_UNITS * person.head_px if sitter in story.hidden(at_s) else 0.0
            person.sit(onto, (x, y + sink), bearing, posture, table)

    def _risen(self, place: SeatPlace) -> tuple[float, float]:
        """Head of somebody who stood up: in the camera's line to whoever sits behind."""
        behind = self.layout.behind(place.seat)
        if behind is None:
            return place.x * self.scale, (place.y - 1.8 * place.head_px) * self.scale
        hidden = self.layout.places[behind]
        return hidden.x * self.scale, (hidden.y + 0.05 * hidden.head_px) * self.scale

    def _hung(self, onto: DrawingSheet, place: SeatPlace, seat: int) -> None:
        """Coats on every third chair and bags on every second, whoever sits there."""
        kinds, away = self.scenario.furnishings, self.scenario.from_behind
        owner: DrawnPerson = self.people(seat, place.head_px)
        x, y, unit = place.x * self.scale, place.y * self.scale, owner.head_px
        if Furnishing.COATS in kinds and away and seat % 3 == 0:
            onto.lay(owner.jacket, x, y + _COAT_UNITS * unit)
        if Furnishing.BAGS in kinds and seat % 2 == 0:
            onto.lay(bag(owner.looks, unit), x, y + (_COAT_UNITS if away else _BAG_UNITS) * unit)
