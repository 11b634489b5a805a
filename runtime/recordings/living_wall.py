"""The recorder's cameras on the wall: each with its newest picture, whether it records and why not, and the hour under way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from facts.text import Text
from ingest.cameras.camera_folder import newest_segment
from ingest.recordings.wall_picture import WallPicture
from runtime.platform.child_limits import PICTURE, Reach
from runtime.platform.child_process import in_child
from runtime.platform.folders import camera_folder
from runtime.platform.service import Service
from runtime.recordings.camera_condition import OFF, CameraStanding, standings
from runtime.recordings.headcounts import LiveHeadcount
from runtime.recordings.living_cameras import LIVING
from runtime.recordings.picture_text import age_text
from runtime.recordings.room_hours import RoomHour, room_hours
from runtime.verification.senses import weights_folder
from storage.database.recordings.cameras import KeptCamera
from storage.database.recordings.leases import RECORDING, STARTING, WAITING
from storage.database.tables.accounts import INSTITUTIONS

_QUIET = frozenset({OFF, WAITING, STARTING})
_NO_PICTURE = Text("该录而没有画面", "no pictures, though they are due")


@dataclass(frozen=True, slots=True)
class PictureState:
    """Whether a camera records, in words and colour."""

    css: str
    sign: str
    text: Text


@dataclass(frozen=True, slots=True)
class LivingCard:
    """One camera as the wall shows it."""

    id: int
    title: str
    institution: str
    state: PictureState
    newest_at: datetime | None
    shows: bool
    hour: RoomHour | None
    heads: LiveHeadcount | None


def living_cards(service: Service, connection: Connection, kept: Sequence[KeptCamera]) -> tuple[LivingCard, ...]:
    """The cameras, those that need somebody first, then by institution and room."""
    at = service.clock()
    names = _names(connection, {one.institution_id for one in kept})
    hours = room_hours(connection, kept, at)
    _count_heads(service, hours)
    cards = [
        _card(service, one, names.get(one.row.institution_id, ""), hours.get(one.row.id))
        for one in standings(connection, kept, at)
    ]
    return tuple(sorted(cards, key=lambda one: (one.state.css != "unproven", one.institution, one.title)))


def newest_of(service: Service, camera_id: int) -> WallPicture | None:
    """The newest keyframe, decoded at most once in a few seconds; nothing where there is none that decodes."""
    folder = camera_folder(service.settings.home, camera_id)

    def make() -> WallPicture:
        from ingest.cameras.newest_keyframe import newest_keyframe  # noqa: PLC0415 - the service starts without video

        return in_child(PICTURE, Reach((folder,)), f"camera {camera_id}", newest_keyframe, folder)

    return service.pictures.get(("camera", str(camera_id)), service.clock(), make) if folder.is_dir() else None


def recording_state(standing: CameraStanding, newest: datetime | None) -> PictureState:
    """Green only for pictures that came a moment ago, whatever the recorder last said; else the reason in words."""
    age = max(standing.at - newest, timedelta()) if newest else None
    if standing.row.enabled and age is not None and age < LIVING:
        told = age_text(age)
        return PictureState("pass", "✓", Text(f"录制中 · {told.zh}前", f"recording · {told.en} ago"))
    said = _NO_PICTURE if standing.state == RECORDING else standing.text
    if why := standing.why:
        said = Text(f"{said.zh}：{why.zh}", f"{said.en}: {why.en}")
    if age is not None:
        told = age_text(age)
        said = Text(f"{said.zh}；最新画面 {told.zh}前", f"{said.en}; newest picture {told.en} ago")
    if standing.state in _QUIET:
        return PictureState("exempt", "–", said)
    return PictureState("unproven", "?", said)


def _card(service: Service, standing: CameraStanding, institution: str, hour: RoomHour | None) -> LivingCard:
    camera = standing.row
    newest = _newest_at(camera_folder(service.settings.home, camera.id))
    title = f"{camera.room} · {camera.name}" if camera.room and camera.name else camera.room or camera.name
    shows = newest is not None and not service.pictures.known_bad(("camera", str(camera.id)), standing.at)
    heads = service.heads.of(camera.id, standing.at) if hour else None
    return LivingCard(camera.id, title, institution, recording_state(standing, newest), newest, shows, hour, heads)


def _count_heads(service: Service, hours: Mapping[int, RoomHour]) -> None:
    """Where a class is under way; the count is there when the wall is drawn anew."""
    folders = {number: camera_folder(service.settings.home, number) for number in hours}
    service.heads.want(
        {one: place for one, place in folders.items() if place.is_dir()}, weights_folder(), service.clock()
    )


def _newest_at(folder: Path) -> datetime | None:
    """When the newest byte was written."""
    newest = newest_segment(folder)
    try:
        return datetime.fromtimestamp(newest.stat().st_mtime, UTC) if newest else None
    except OSError:  # renamed at its end while we looked: it is there at the next
        return None


def _names(connection: Connection, numbers: set[int]) -> dict[int, str]:
    rows = connection.execute(select(INSTITUTIONS.c.id, INSTITUTIONS.c.name).where(INSTITUTIONS.c.id.in_(numbers)))
    return {row.id: row.name for row in rows}
