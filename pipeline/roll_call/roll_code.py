"""The code on the projector: signed, bound to one class hour and room, and good for some seconds only.

Whoever films it can send it on within those seconds, and a video call relays it live; no code can rule that out. So a
check-in by code says that somebody could see the projector, and heads in view say who sat there.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from facts.errors import InputError

REFRESH_S = 10
LIFETIME_S = 30  # long enough for an old phone to open the page
KEPT_S = 12 * 3600  # how long a phone without network may keep a token before it is sent
_DIGITS = 6
_TAG_CHARS = 16
_SLOT_CHARS = 12
_MIN_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class CodeScope:
    """What a code opens: the roll of one class's hour in one room; two classes may well name both alike."""

    class_id: int
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

    def token(self, door: CodeScope, now: datetime) -> str:
        """What the QR code carries: the slot of time and a tag over slot, hour and room."""
        return self._token(door, _slot(now))

    def digits(self, door: CodeScope, now: datetime) -> str:
        """Six digits for a phone whose camera does not read the code."""
        return self._digits(door, _slot(now))

    def seconds_left(self, now: datetime) -> float:
        """Until the projector shows the next one."""
        return REFRESH_S - now.astimezone(UTC).timestamp() % REFRESH_S

    def shown_at(self, door: CodeScope, text: str, now: datetime) -> datetime | None:
        """When this projector showed the code, at the latest; nothing for a code that it never showed or that died.

        A token names its slot and so proves by itself when it was seen; it may arrive hours later over a bad network.
        Six digits prove nothing but the present.
        """
        given = text.strip().lower()
        slots = range(_slot(now) - LIFETIME_S // REFRESH_S, _slot(now) + 1)
        for slot in slots:
            if hmac.compare_digest(self._digits(door, slot).encode(), given.encode()):
                return _moment(slot)
        named = _named_slot(given)
        if named is None or not _slot(now) - KEPT_S // REFRESH_S <= named <= _slot(now):
            return None
        fits = hmac.compare_digest(self._token(door, named).encode(), given.encode())
        return _moment(named) if fits else None

    def _token(self, door: CodeScope, slot: int) -> str:
        return f"{slot:x}-{self._tag(door, slot)[:_TAG_CHARS]}"

    def _tag(self, door: CodeScope, slot: int) -> str:
        message = f"xueshi.roll/2\n{slot}\n{door.class_id}\n{len(door.hour_id)}\n{door.hour_id}\n{door.room}"
        return hmac.new(self.secret, message.encode(), sha256).hexdigest()

    def _digits(self, door: CodeScope, slot: int) -> str:
        number = int(self._tag(door, slot)[_TAG_CHARS:], 16) % 10**_DIGITS
        return f"{number:0{_DIGITS}d}"


def _slot(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp()) // REFRESH_S


def _named_slot(token: str) -> int | None:
    head, mark, _ = token.partition("-")
    if not mark or not head or len(head) > _SLOT_CHARS or set(head) - set("0123456789abcdef"):
        return None
    return int(head, 16)


def _moment(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * REFRESH_S, UTC)
