"""What a camera must be to be kept by the service, with every fault at once; and what is kept of it where it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from sqlalchemy import Connection

from facts.counting import counted
from facts.refusals import Refusal, refuse, stands
from facts.text import Text
from ingest.cameras.address import CameraAddress, address_of
from ingest.cameras.camera_list import ALWAYS, TIMETABLE
from runtime.platform.networks import literal, open_to_cameras
from runtime.platform.service import Service
from storage.database.recordings.cameras import CameraFields, CameraSecrets, KeptCamera, camera_secrets, cameras
from storage.database.tables.cameras import CAMERAS

MOST_CAMERAS = 200


@dataclass(frozen=True, slots=True)
class CameraRequest:
    """What somebody says of a camera; without a password the one that is kept stays."""

    room: str
    address: str = field(repr=False)
    name: str = ""
    sub_address: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    transport: str = "tcp"
    plan: str = TIMETABLE
    audio: bool = False
    enabled: bool = True


def checked_camera(
    service: Service,
    connection: Connection,
    institution_id: int,
    wanted: CameraRequest,
    before: KeptCamera | None = None,
) -> tuple[CameraFields, CameraSecrets]:
    """What is to be kept, or every reason against it."""
    kept = camera_secrets(connection, before) if before else None
    wanted = _with_what_is_kept(wanted, before, kept)
    main = _address("address", wanted.address, wanted, service)
    sub = _address("sub_address", wanted.sub_address, wanted, service) if wanted.sub_address else None
    refusals = [one for one in (main, sub) if isinstance(one, Refusal)]
    refusals += _field_refusals(wanted)
    if isinstance(main, CameraAddress):
        refusals += _twice(connection, institution_id, main, before)
        refusals += _unknown_password(main, before, kept)
    refuse(refusals)
    assert isinstance(main, CameraAddress)  # noqa: S101 - refused otherwise
    second = sub if isinstance(sub, CameraAddress) else None
    password = main.password or (kept.password if kept and main.user == (before.user if before else "") else "")
    told = CameraFields(
        wanted.room,
        wanted.name,
        main.told,
        second.told if second else "",
        main.user,
        wanted.transport,
        wanted.plan,
        wanted.audio,
        wanted.enabled,
    )
    return told, CameraSecrets(main.shown, second.shown if second else "", password)


def _with_what_is_kept(wanted: CameraRequest, before: KeptCamera | None, kept: CameraSecrets | None) -> CameraRequest:
    """A form sends back what it was shown: an address whose passphrase is hidden stands for the one that is kept."""
    if before is None or kept is None:
        return wanted
    main = kept.address if wanted.address == before.address else wanted.address
    sub = kept.sub_address if wanted.sub_address == before.sub_address else wanted.sub_address
    return replace(wanted, address=main, sub_address=sub)


def _address(where: str, text: str, wanted: CameraRequest, service: Service) -> CameraAddress | Refusal:
    found = address_of(text, wanted.user, wanted.password, allow_loopback=True)
    if isinstance(found, Text):
        return Refusal(where, found, "another text", "the address of a camera's stream")
    if found.scheme == "device":
        told = Text(
            "服务器上的设备只能用 xueshi record 录", "a device of the server itself is recorded by xueshi record alone"
        )
        return Refusal(where, told, "a device", "a network address")
    host = urlsplit(found.shown).hostname or ""
    numeric = literal(host)
    if numeric is None or open_to_cameras(numeric, service.settings.camera_networks):
        return found
    told = Text(
        f"{host} 不在允许的网段内；由运维在 XUESHI_CAMERA_NETWORKS 中写明摄像机所在网段",
        f"{host} is not allowed; let the operator name the cameras' network in XUESHI_CAMERA_NETWORKS",
    )
    return Refusal(where, told, host[:60], "an address that the operator allows for cameras")


def _field_refusals(wanted: CameraRequest) -> Iterator[Refusal]:
    if wanted.plan == TIMETABLE and not wanted.room:
        told = Text(
            "按课表录需要写教室，写法与课表相同",
            "recording by the timetable needs the room, as the timetable writes it",
        )
        yield Refusal("room", told, "nothing", "a room")
    for name, known in (("plan", (TIMETABLE, ALWAYS)), ("transport", ("tcp", "udp"))):
        if getattr(wanted, name) not in known:
            told = Text(f"应为 {' 或 '.join(known)}", f"expected {' or '.join(known)}")
            yield Refusal(name, told, getattr(wanted, name)[:40], " or ".join(known))


def _unknown_password(main: CameraAddress, before: KeptCamera | None, kept: CameraSecrets | None) -> Iterator[Refusal]:
    """A password that is kept goes to the host that it was given for, and to no other."""
    if not (before and kept and kept.password and main.user and not main.password):
        return
    if urlsplit(main.shown).netloc == urlsplit(kept.address).netloc and main.user == before.user:
        return
    told = Text("主机或用户名改了，请重新填写密码", "another host or user: give the password again")
    yield Refusal("password", told, "none", "the password for this host and user")


def _twice(
    connection: Connection, institution_id: int, main: CameraAddress, before: KeptCamera | None
) -> Iterator[Refusal]:
    living = (CAMERAS.c.institution_id == institution_id, CAMERAS.c.ended_at.is_(None))
    others = [one for one in cameras(connection, *living) if before is None or one.id != before.id]
    if any(one.address == main.told for one in others):
        told = Text("本机构已登记这个地址的摄像机", "the institution has a camera of this address already")
        yield stands("address", told, "an address that is taken", "an address that no camera of the institution has")
    if before is None and len(others) >= MOST_CAMERAS:
        told = Text(f"一所机构最多登记 {MOST_CAMERAS} 台", f"at most {MOST_CAMERAS} cameras of one institution")
        yield stands("address", told, counted(len(others), "camera"), f"at most {MOST_CAMERAS}")
