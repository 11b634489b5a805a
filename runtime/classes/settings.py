"""What a class is set to: checked, kept, and the class verified anew, in one transaction."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from facts.class_settings import ClassSettings, setting_faults
from facts.errors import Fault, FaultsError
from facts.statements import SettingFault
from facts.text import Text
from runtime.roll_call.sign_in_table import SIGN_IN_LIST
from runtime.verification.queue import ask_verification
from storage.database.classes.classes import ClassRow, files
from storage.database.classes.settings import SettingsChange, SettingsRow, keep_settings, newest_settings
from storage.database.roll_call import rolls
from storage.database.tables.classes import FILES
from storage.evidence_log.ledger import EvidenceLog


def change_settings(
    connection: Connection, log: EvidenceLog, owner: ClassRow, change: SettingsChange, at: datetime
) -> SettingsRow:
    """The version in force afterwards; the class is verified with it as soon as it has files."""
    if faults := _faults(connection, owner, change.settings, at):
        raise FaultsError(Fault(one.where, one.got, one.expected.en) for one in faults)
    before = newest_settings(connection, owner.id).settings
    kept = keep_settings(connection, log, change, at)
    if kept.version != change.based_on:
        if kept.settings.aside != before.aside:
            rolls.forget_roll(connection, owner.id)  # whoever is on it may come from a list that was left
        ask_verification(connection, owner, at)
    return kept


def with_material(connection: Connection, class_id: int, settings: ClassSettings) -> ClassSettings:
    """The settings of a form that says nothing of the class's files: what is said of those has pages of its own."""
    now = newest_settings(connection, class_id).settings
    return replace(settings, recordings=now.recordings, aside=now.aside)


def faults_of(connection: Connection, owner: ClassRow, settings: ClassSettings, at: datetime) -> dict[str, Text]:
    """Everything wrong with what the class is to be set to, in words for a form, by field."""
    told = _faults(connection, owner, settings, at)
    return {one.where: Text(f"应为{one.expected.zh}", f"expected {one.expected.en}") for one in told}


def _faults(connection: Connection, owner: ClassRow, settings: ClassSettings, at: datetime) -> tuple[SettingFault, ...]:
    return (*setting_faults(settings), *_material_faults(connection, owner, settings, at))


def _material_faults(
    connection: Connection, owner: ClassRow, settings: ClassSettings, at: datetime
) -> Iterator[SettingFault]:
    """What is said of the class's files and cannot be so; a file that is not there (yet) is no fault."""
    roles = {one.name: one.role for one in files(connection, FILES.c.class_id == owner.id)}
    for index, stated in enumerate(settings.recordings):
        if roles.get(stated.file, "recording") != "recording":
            yield SettingFault(f"recordings.{index}.file", stated.file, Text("一个录像", "a recording"))
        if stated.start > at:
            yield SettingFault(
                f"recordings.{index}.start", stated.start.isoformat(), Text("已经过去的时间", "a time that has passed")
            )
    for index, left in enumerate(settings.aside):
        if left.file == SIGN_IN_LIST or roles.get(left.file) == "recording":
            words = Text(
                "一份名单；录像和本系统的手机打卡不能不采用", "a list; recordings and phone sign-ins always count"
            )
            yield SettingFault(f"aside.{index}.file", left.file, words)
