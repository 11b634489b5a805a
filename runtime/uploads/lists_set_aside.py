"""Lists, and recordings that nobody can read, that the institution stands by no more: they cannot be deleted once verified, but they count for nothing."""

from collections.abc import Callable
from dataclasses import replace

from facts.class_settings import ClassSettings
from facts.errors import NotFoundError
from facts.statements import ListSetAside
from ingest.recordings.damage_scan import first_damage
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.settings import change_settings
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from storage.database.classes.classes import files
from storage.database.classes.settings import SettingsChange, newest_settings
from storage.database.connection import writing
from storage.database.tables.classes import FILES


def set_aside(service: Service, caller: Caller, class_id: int, file_id: int, reason: str) -> None:
    """The list counts for nothing from the next verification on, which is asked for at once."""
    _change(service, caller, class_id, file_id, lambda now, name: _without(now, name, reason))


def restore(service: Service, caller: Caller, class_id: int, file_id: int) -> None:
    """The list counts again."""
    _change(service, caller, class_id, file_id, _with)


def _without(now: ClassSettings, name: str, reason: str) -> ClassSettings:
    return replace(now, aside=(*_with(now, name).aside, ListSetAside(name, reason)))


def _with(now: ClassSettings, name: str) -> ClassSettings:
    return replace(now, aside=tuple(one for one in now.aside if one.file != name))


def _change(
    service: Service,
    caller: Caller,
    class_id: int,
    file_id: int,
    changed: Callable[[ClassSettings, str], ClassSettings],
) -> None:
    with writing(service.engine, "changing which lists count") as connection:
        owner = class_for(connection, caller, class_id)
        found = files(connection, FILES.c.id == file_id, FILES.c.class_id == owner.id)
        if not found:
            raise NotFoundError("文件", "file")
        now = newest_settings(connection, owner.id)
        wanted = SettingsChange(owner.id, now.version, changed(now.settings, found[0].name), caller.key)
        place = inside(class_folder(service.settings.home, owner.id), found[0].name)
        dead = found[0].role == "recording" and first_damage(place) is not None
        named = (found[0].name,) if dead else ()
        change_settings(connection, service.log, owner, wanted, service.clock(), named)
