"""What a class is set to: checked, kept, and the class verified anew, in one transaction."""

from collections.abc import Collection, Iterator
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
    connection: Connection,
    log: EvidenceLog,
    owner: ClassRow,
    change: SettingsChange,
    at: datetime,
    unreadable: Collection[str] = (),
) -> SettingsRow:
    """The version in force afterwards; the class is verified with it as soon as it has files.

    ``unreadable`` are the recordings that prove nothing, which alone may be set aside.
    """
    if faults := _faults(connection, owner, change.settings, at, unreadable):
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


def _faults(
    connection: Connection, owner: ClassRow, settings: ClassSettings, at: datetime, unreadable: Collection[str] = ()
) -> tuple[SettingFault, ...]:
    left = {one.file for one in newest_settings(connection, owner.id).settings.aside} | set(unreadable)
    return (*setting_faults(settings), *_material_faults(connection, owner, settings, at, left))


def _material_faults(
    connection: Connection, owner: ClassRow, settings: ClassSettings, at: datetime, may_be_left: Collection[str]
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
        watched = roles.get(left.file) == "recording" and left.file not in may_be_left
        if left.file == SIGN_IN_LIST or watched:
            words = Text(
                "一份名单，或打不开的录像；能打开的录像和本系统的手机打卡不能不采用",
                "a list, or a recording that cannot be read; other recordings and phone sign-ins always count",
            )
            yield SettingFault(f"aside.{index}.file", left.file, words)
