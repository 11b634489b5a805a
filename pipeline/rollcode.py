"""The code on the projector: signed, bound to one class hour and room, and good for some seconds only.

Whoever films it can send it on within those seconds, and a video call relays it live; no code can rule that out. So a
check-in by code says that somebody could see the projector, and heads in view say who sat there.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from facts.errors import InputError

REFRESH_S = 10
LIFETIME_S = 30  # long enough for an old phone to open the page
_DIGITS = 6
_TAG_CHARS = 16
_MIN_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Door:
    """What a code opens: the roll of one class hour in one room."""

    hour_id: str
    room: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class RollCode:
    """Makes and checks the codes of one installation; whoever has the secret can make them, so it stays here."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) < _MIN_SECRET_BYTES:
            raise InputError(
                f"roll code: got a secret of {len(self.secret)} bytes, expected {_MIN_SECRET_BYTES} or more"
            )

    def token(self, door: Door, now: datetime) -> str:
        """What the QR code carries: the slot of time and a tag over slot, hour and room."""
        slot = _slot(now)
        return f"{slot:x}-{self._tag(door, slot)[:_TAG_CHARS]}"

    def digits(self, door: Door, now: datetime) -> str:
        """Six digits for a phone whose camera does not read the code."""
        return self._digits(door, _slot(now))

    def seconds_left(self, now: datetime) -> float:
        """Until the projector shows the next one."""
        return REFRESH_S - now.astimezone(UTC).timestamp() % REFRESH_S

    def accepts(self, door: Door, shown: str, now: datetime) -> bool:
        """Whether the token or the digits were on this projector within the lifetime; tried in constant time each."""
        text = shown.strip().lower()
        newest, slots = _slot(now), LIFETIME_S // REFRESH_S
        fits = False
        for slot in range(newest - slots, newest + 1):
            token = f"{slot:x}-{self._tag(door, slot)[:_TAG_CHARS]}"
            for known in (token, self._digits(door, slot)):
                fits |= hmac.compare_digest(known.encode(), text.encode())
        return fits

    def _tag(self, door: Door, slot: int) -> str:
        message = f"xueshi.roll/1\n{slot}\n{len(door.hour_id)}\n{door.hour_id}\n{door.room}"
        return hmac.new(self.secret, message.encode(), sha256).hexdigest()

    def _digits(self, door: Door, slot: int) -> str:
        number = int(self._tag(door, slot)[_TAG_CHARS:], 16) % 10**_DIGITS
        return f"{number:0{_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class Lateness:
    """When a check-in was pressed, and when it arrived over a bad network."""

    pressed_at: datetime
    arrived_at: datetime

    @property
    def delay(self) -> timedelta:
        """How long it was kept on the phone; a phone's clock that runs ahead is no delay."""
        return max(timedelta(0), self.arrived_at - self.pressed_at)

    @property
    def late(self) -> bool:
        """Whether it arrived after its code had died: shown as sent later, never silently taken for prompt."""
        return self.delay > timedelta(seconds=LIFETIME_S)


def _slot(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp()) // REFRESH_S
