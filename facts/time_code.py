"""The time code (亮码): what a picture that is held before a camera carries, byte for byte.

    bytes   0–1   ``XT``
            2–5   slot: the ten seconds in which it is shown, counted since 1970
            6–11  hour tag: which class hour, from its institution, class and number
           12–13  room tag
           14–77  Ed25519 signature over ``xueshi.timecode/1``, a line break and the bytes before it

So it says the very least that binds a picture to a class hour and to ten seconds, and fits a QR code of 37 modules.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from facts.errors import InputError

SLOT_S = 10
MAGIC, SCHEMA = b"XT", b"xueshi.timecode/1\n"
_SLOT, _HOUR, _ROOM, _SIGNATURE = 4, 6, 2, 64
_BODY = len(MAGIC) + _SLOT + _HOUR + _ROOM
PAYLOAD_BYTES = _BODY + _SIGNATURE


@dataclass(frozen=True, slots=True)
class CodeHour:
    """What a time code names: a class hour by its institution, class and number, and the room."""

    institution: str
    class_id: str
    hour_id: str
    room: str = ""

    @property
    def hour_tag(self) -> bytes:
        """The class hour in six bytes."""
        return _tag("hour", self.institution, self.class_id, self.hour_id, length=_HOUR)

    @property
    def room_tag(self) -> bytes:
        """The room in two bytes."""
        return _tag("room", self.room, length=_ROOM)


@dataclass(frozen=True, slots=True)
class TimeCode:
    """One code, as it is signed: the slot and what it names."""

    slot: int
    hour_tag: bytes
    room_tag: bytes

    @property
    def shown(self) -> datetime:
        """When it was first shown."""
        return datetime.fromtimestamp(self.slot * SLOT_S, UTC)

    @property
    def body(self) -> bytes:
        """Everything but the signature."""
        return MAGIC + self.slot.to_bytes(_SLOT, "big") + self.hour_tag + self.room_tag

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers, under a name that nothing else is signed under."""
        return SCHEMA + self.body


def slot_of(moment: datetime) -> int:
    """The ten seconds that hold this moment."""
    return int(moment.astimezone(UTC).timestamp()) // SLOT_S


def code_at(hour: CodeHour, moment: datetime) -> TimeCode:
    """The code of a class hour at this moment, still unsigned."""
    return TimeCode(slot_of(moment), hour.hour_tag, hour.room_tag)


def read_payload(payload: bytes) -> tuple[TimeCode, bytes] | None:
    """The code and its signature; nothing for whatever else a picture may carry."""
    if len(payload) != PAYLOAD_BYTES or not payload.startswith(MAGIC):
        return None
    at = len(MAGIC)
    slot = int.from_bytes(payload[at : at + _SLOT], "big")
    hour, room = payload[at + _SLOT : at + _SLOT + _HOUR], payload[_BODY - _ROOM : _BODY]
    return TimeCode(slot, hour, room), payload[_BODY:]


def payload_of(text: str) -> bytes:
    """The bytes that a report spells in hexadecimal digits."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise InputError(f"time code: got {text[:20]!r}, expected hexadecimal digits") from error


def _tag(kind: str, *parts: str, length: int) -> bytes:
    text = "\n".join(f"{len(part)} {part}" for part in (kind, *parts))
    return sha256(b"xueshi.timecode/1 " + text.encode()).digest()[:length]
