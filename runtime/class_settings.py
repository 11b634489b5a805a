"""What a class is set to, wired: kept and verified anew in one transaction, written into ``class.toml``, asked of phones."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from facts.class_settings import ONE_PHONE_EACH, ClassSettings, setting_faults
from facts.errors import Fault, FaultsError
from pipeline.marks import Pressed
from runtime.asking import ask_verification
from storage.database.checkins import SignIn
from storage.database.class_settings import Change, SettingsRow, keep_settings
from storage.database.classes import ClassRow
from storage.log.ledger import EvidenceLog


def change_settings(
    connection: Connection, log: EvidenceLog, owner: ClassRow, change: Change, at: datetime
) -> SettingsRow:
    """The version in force afterwards; the class is verified with it as soon as it has files."""
    if faults := setting_faults(change.settings):
        raise FaultsError(Fault(one.where, one.got, one.expected.en) for one in faults)
    kept = keep_settings(connection, log, change, at)
    if kept.version != change.based_on:
        ask_verification(connection, owner, at)
    return kept


def toml_lines(settings: ClassSettings) -> Iterator[str]:
    """The settings as the lines of ``class.toml`` that say the same."""
    for camera in settings.cameras:
        yield from ("", "[[camera]]", f"id = {quoted(camera.id)}", f"room = {quoted(camera.room)}")
        yield f"clock_offset_s = {float(camera.clock_offset_s)!r}"
    if rule := settings.place:
        yield from ("", "[place]", f"latitude = {float(rule.latitude)!r}", f"longitude = {float(rule.longitude)!r}")
        yield from (f"datum = {quoted(rule.datum.value)}", f"radius_m = {rule.radius_m}", f"coarse_m = {rule.coarse_m}")
    if settings.device != ONE_PHONE_EACH:
        yield from ("", "[device]", f"people_per_phone = {settings.device.people_per_phone}")
        yield f"second_phone = {str(settings.device.second_phone).lower()}"


def quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)


def pressed(sign_ins: Sequence[SignIn]) -> tuple[Pressed, ...]:
    """The sign-ins as the rules look at them, in order of arrival; those committed together lie in the log in any."""
    ordered = sorted(sign_ins, key=lambda one: (one.arrived_at, one.leaf))
    return tuple(
        Pressed(one.nonce, one.hour_id, one.trainee, one.device, one.place, bool(one.witness)) for one in ordered
    )
