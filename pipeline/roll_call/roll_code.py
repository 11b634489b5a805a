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

    def token(self, scope: CodeScope, now: datetime) -> str:
        """What the QR code carries: the slot of time and a tag over slot, hour and room."""
        return self._token(scope, _slot(now))

    def digits(self, scope: CodeScope, now: datetime) -> str:
        """Six digits for a phone whose camera does not read the code."""
        return self._digits(scope, _slot(now))

    def seconds_left(self, now: datetime) -> float:
        """Until the projector shows the next one."""
        return REFRESH_S - now.astimezone(UTC).timestamp() % REFRESH_S

    def shown_at(self, scope: CodeScope, text: str, now: datetime) -> datetime | None:
        """When this projector showed the code, at the latest; nothing for a code that it never showed or that died.

        A token names its slot and so proves by itself when it was seen; it may arrive hours later over a bad network.
        Six digits prove nothing but the present.
        """
        given = text.strip().lower()
        slots = range(_slot(now) - LIFETIME_S // REFRESH_S, _slot(now) + 1)
        for slot in slots:
            if hmac.compare_digest(self._digits(scope, slot).encode(), given.encode()):
                return _moment(slot)
        named = _named_slot(given)
        if named is None or not _slot(now) - KEPT_S // REFRESH_S <= named <= _slot(now):
            return None
        fits = hmac.compare_digest(self._token(scope, named).encode(), given.encode())
        return _moment(named) if fits else None

    def _token(self, scope: CodeScope, slot: int) -> str:
        return f"{slot:x}-{self._tag(scope, slot)[:_TAG_CHARS]}"

    def _tag(self, scope: CodeScope, slot: int) -> str:
        message = f"xueshi.roll/2\n{slot}\n{scope.class_id}\n{len(scope.hour_id)}\n{scope.hour_id}\n{scope.room}"
        return hmac.new(self.secret, message.encode(), sha256).hexdigest()

    def _digits(self, scope: CodeScope, slot: int) -> str:
        number = int(self._tag(scope, slot)[_TAG_CHARS:], 16) % 10**_DIGITS
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
