"""Time codes (亮码) as a page shows them: signed by a key that follows from the service's secret, only while a class hour is on."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from attendance.time_code import OPEN_AROUND
from facts.codec import loads
from facts.report import ClassReport
from facts.span import Span
from facts.time_code import SLOT_S, CodeHour, code_at
from runtime.platform.service import Service
from runtime.roll_call.register import Roll
from storage.database.accounts.accounts import institution
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.roll_call import rolls
from storage.database.roll_call.code_keys import code_keys, keep_code_key
from storage.database.roll_call.code_times import keep_code_time, minute_of
from storage.database.tables.classes import CLASSES
from storage.database.verification.reports import facts_of

# 37 modules read from 1.8 px each (benchmarks/RESULTS.md, Time codes); a code held by hand wants some more.
_READABLE_PX, _SMALL_WIDTH = 96, 960
_KEPT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What a page shows this second: the payload while the hour is on, and how long it holds."""

    payload: bytes | None
    left_s: float
    opens_at: datetime
    over: bool
    next_hour: str = ""


@dataclass(frozen=True, slots=True)
class RoomSight:
    """What earlier recordings of the room say: the camera's width in pixels, the share that a code must fill, the shares read."""

    camera_id: str
    width_px: int
    needed_share: float
    read_shares: tuple[float, ...] = ()


@dataclass(slots=True)
class TimeCodeMaker:
    """Makes the codes of one process; the key is the same in every process that has the service's secret."""

    service: Service
    key: Ed25519PrivateKey
    _named: dict[int, tuple[datetime, str, str]] = field(default_factory=dict)
    _noted: dict[tuple[int, str], datetime] = field(default_factory=dict)

    def shown(self, roll: Roll) -> ShownCode:
        """The code of the class hour now."""
        now, hour = self.service.clock(), roll.hour
        opens_at = hour.span.start - OPEN_AROUND
        left_s = SLOT_S - now.timestamp() % SLOT_S
        if not opens_at <= now < hour.span.end:
            over = now >= hour.span.end
            return ShownCode(None, min(left_s, 2.0), opens_at, over, self._next(roll) if over else "")
        self._note(roll, now)
        code = code_at(self.named(roll), now)
        return ShownCode(code.body + self.key.sign(code.signed_bytes), left_s, opens_at, over=False)

    def _note(self, roll: Roll, now: datetime) -> None:
        """Once a minute: recordings are looked at more closely where a code was on a screen."""
        page, minute = (roll.open_hour.class_id, roll.hour.id), minute_of(now)
        if self._noted.get(page) != minute:
            with writing(self.service.engine, "noting that a time code is shown") as connection:
                keep_code_time(connection, *page, now)
            self._noted[page] = minute

    def named(self, roll: Roll) -> CodeHour:
        """What the code names, in the words that a verification of the class will know."""
        class_id, now = roll.open_hour.class_id, self.service.clock()
        known = self._named.get(class_id)
        if known is None or now - known[0] > _KEPT:
            with reading(self.service.engine, "reading a class's names") as connection:
                owner = classes(connection, CLASSES.c.id == class_id)[0]
                home = institution(connection, owner.institution_id)
            known = self._named[class_id] = now, home.name if home else "", owner.code
        return CodeHour(known[1], known[2], roll.hour.id, roll.hour.room)

    def _next(self, roll: Roll) -> str:
        """The class hour of the same class and room that begins soon, for the page to go on with."""
        end, class_id = roll.hour.span.end, roll.open_hour.class_id
        soon = Span(end, self.service.clock() + OPEN_AROUND)
        with reading(self.service.engine, "looking for the next class hour") as connection:
            found = rolls.hours_within(connection, soon, CLASSES.c.id == class_id)
        later = [one.hour for one in found if one.hour.span.start >= end and one.hour.room == roll.hour.room]
        return later[0].id if later else ""

    def sights(self, roll: Roll) -> tuple[RoomSight, ...]:
        """What the class's last report knows of the cameras of this room; nothing before its first recording."""
        with reading(self.service.engine, "reading a class's cameras") as connection:
            owner = classes(connection, CLASSES.c.id == roll.open_hour.class_id)[0]
            text = facts_of(connection, owner.report_id) if owner.report_id else ""
        return room_sights(loads(ClassReport, text), roll.hour.room) if text else ()


def room_sights(report: ClassReport, room: str) -> tuple[RoomSight, ...]:
    """Each camera of the room with the width of its picture and of the codes that were read in it."""
    rooms = {camera.id: camera.room for camera in report.cameras}
    widths = {file.camera_id: file.width for file in report.segments if file.width}
    found = []
    for camera in sorted(widths):
        if rooms.get(camera, "") in ("", room):
            read = sorted(
                {one.box.w for view in report.views if view.camera_id == camera for one in view.codes if one.key}
            )
            found.append(RoomSight(camera, widths[camera], needed_share(widths[camera]), tuple(read)))
    return tuple(found)


def needed_share(width_px: int) -> float:
    """The share of the picture's width that a code must fill to be read in the small keyframes."""
    return min(_READABLE_PX / min(width_px, _SMALL_WIDTH), 1.0)


def open_time_codes(service: Service) -> TimeCodeMaker:
    """The maker of this process; its public key is kept before the first code is shown."""
    seed = bytes.fromhex(service.keyed("time code key", ""))
    key = Ed25519PrivateKey.from_private_bytes(seed)
    keep_code_key(service.engine, key.public_key().public_bytes_raw().hex(), service.clock())
    return TimeCodeMaker(service, key)


def public_keys_pem(service: Service) -> bytes:
    """Every key that ever signed, for whoever verifies a folder without the service."""
    with reading(service.engine, "reading the keys of time codes") as connection:
        keys = code_keys(connection)
    raw = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in keys]
    return b"".join(one.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for one in raw)
