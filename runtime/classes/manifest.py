"""``class.toml`` as the service writes it: what the record says of a class, in the words that a folder would say it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy import Connection

from facts.class_settings import ONE_PHONE_EACH, ClassSettings
from facts.footage import Camera
from facts.span import local
from ingest.manifest import Manifest, parse_manifest
from storage.database.accounts.accounts import institution
from storage.database.classes.classes import ClassRow
from storage.database.classes.settings import newest_settings
from storage.database.column_names import ColumnName, column_names
from storage.database.recordings.handovers import recorded_cameras


def manifest_text(connection: Connection, owner: ClassRow) -> str:
    """``class.toml`` as the record has it: an uploaded one could name another place or rule."""
    home = institution(connection, owner.institution_id)
    texts = {
        "id": owner.code,
        "name": owner.name,
        "institution": home.name if home else "",
        "uscc": home.uscc if home else "",
        "locality": owner.locality,
        "programme": owner.programme,
        "group": owner.trainee_group,
        "occupation": owner.occupation,
        "level": owner.level,
        "policy": owner.policy,
    }
    lines = [f"{key} = {quoted(text)}" for key, text in texts.items() if text]
    settings = newest_settings(connection, owner.id).settings
    known = column_names(connection, owner.institution_id)
    rooms = recorded_cameras(connection, owner.id)
    return "\n".join(["[class]", *lines, *toml_lines(settings, rooms), *_columns(known), ""])


def _columns(known: Sequence[ColumnName]) -> Iterator[str]:
    """What the institution answered of its tables' columns, field by field."""
    for role in sorted({one.role for one in known}):
        yield from ("", f"[columns.{role}]")
        own = [one for one in known if one.role == role]
        for field in dict.fromkeys(one.field for one in own):
            yield f"{field} = [{', '.join(quoted(one.header) for one in own if one.field == field)}]"


def manifest_of(connection: Connection, owner: ClassRow) -> Manifest:
    """The same, read: what the class's next verification will go by."""
    return parse_manifest(manifest_text(connection, owner).encode())


def toml_lines(settings: ClassSettings, recorded: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """The settings as the lines of ``class.toml`` that say the same; ``recorded`` are the service's own cameras' rooms."""
    own = {camera.id for camera in settings.cameras}
    settings = replace(
        settings, cameras=(*settings.cameras, *(Camera(*one) for one in recorded.items() if one[0] not in own))
    )
    for camera in settings.cameras:
        yield from ("", "[[camera]]", f"id = {quoted(camera.id)}", f"room = {quoted(camera.room)}")
        yield f"clock_offset_s = {float(camera.clock_offset_s)!r}"
        if camera.lectern:
            yield f"lectern = {quoted(camera.lectern)}"
    yield from _of_recordings(settings)
    if rule := settings.place:
        yield from ("", "[place]", f"latitude = {float(rule.latitude)!r}", f"longitude = {float(rule.longitude)!r}")
        yield from (f"datum = {quoted(rule.datum.value)}", f"radius_m = {rule.radius_m}", f"coarse_m = {rule.coarse_m}")
    if settings.device != ONE_PHONE_EACH:
        yield from ("", "[device]", f"people_per_phone = {settings.device.people_per_phone}")
        yield f"second_phone = {str(settings.device.second_phone).lower()}"
    for left in settings.aside:
        yield from ("", "[[aside]]", f"file = {quoted(left.file)}", f"reason = {quoted(left.reason)}")


def _of_recordings(settings: ClassSettings) -> Iterator[str]:
    """A file that lists cameras lists every one of them: one that only a recording names has a line of its own."""
    if known := {camera.id for camera in settings.cameras}:
        named = dict.fromkeys(one.camera for one in settings.recordings if one.camera)
        for name in named:
            if name not in known:
                yield from ("", "[[camera]]", f"id = {quoted(name)}")
    for one in settings.recordings:
        yield from ("", "[[recording]]", f"file = {quoted(one.file)}", f"start = {local(one.start).isoformat()}")
        if one.camera:
            yield f"camera = {quoted(one.camera)}"


def quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
