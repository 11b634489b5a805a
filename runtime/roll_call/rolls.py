"""Rolls made from a class's files, and the sign-ins of phones handed back to the class's folder as a list of its own."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from facts.check_in import Datum
from facts.course import Trainee
from facts.errors import XueshiError
from facts.span import local
from ingest.manifest import read_manifest
from ingest.tables.search import read_tables
from pipeline.roll_call.check_in import Way
from report.cells import safe_cell
from runtime.classes.manifest import manifest_of
from runtime.platform.folders import class_folder, placeless
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.roll_call import rolls
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow
from storage.database.tables.classes import CLASSES
from storage.evidence_log.ledger import EvidenceLog

SIGN_INS = "学时证手机签到.csv"
_HEADINGS = (
    "姓名",
    "身份证号",
    "打卡时间",
    "打卡结果",
    "打卡地址",
    "打卡备注",
    "打卡设备",
    "经度（WGS84）",
    "纬度（WGS84）",
    "定位精度",
    "见证人",
)


def refresh_rolls(engine: Engine, home: Path, clock: Callable[[], datetime]) -> int:
    """Makes anew the roll of every class whose files changed; how many there were."""
    with reading(engine, "looking for changed lists") as connection:
        changed = rolls.outdated(connection)
    for class_id in changed:
        at = clock()  # before the files are read: what arrives meanwhile is newer than the roll
        lists = _lists(engine, home, class_id)
        with writing(engine, "making a roll") as connection:
            rolls.make_roll(connection, class_id, lists, at)
    return len(changed)


def _lists(engine: Engine, home: Path, class_id: int) -> rolls.RollLists:
    """The class's hours and people by the lists that count now; a folder that cannot be read says why."""
    try:
        with reading(engine, "reading a class's settings") as connection:
            manifest = manifest_of(connection, classes(connection, CLASSES.c.id == class_id)[0])
        found = read_tables(class_folder(home, class_id), manifest)
    except (XueshiError, OSError) as error:
        return rolls.RollLists(fault=placeless(str(error), home))
    return rolls.RollLists(found.hours, found.roster)


def write_sign_ins(engine: Engine, class_id: int, folder: Path) -> Path | None:
    """The sign-ins as the table that ``xueshi verify`` reads; nothing where nobody signed in by phone."""
    kept = CheckInRegister(engine, EvidenceLog(engine)).of_class(class_id)
    if not kept:
        return None
    roster = read_tables(folder, read_manifest(folder)).roster
    place = folder / SIGN_INS
    place.write_bytes(sign_in_table(class_id, kept, roster))
    return place


def sign_in_table(class_id: int, kept: Sequence[CheckInRow], roster: Sequence[Trainee]) -> bytes:
    """UTF-8 with a mark, so that Excel and WPS read it; whoever left the roster keeps the name that was given."""
    known = {rolls.person_key(class_id, one): one for one in roster}
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(_HEADINGS)
    for one in kept:
        table.writerow([safe_cell(text) for text in _row(one, known)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(one: CheckInRow, known: Mapping[str, Trainee]) -> tuple[str, ...]:
    person = known.get(one.trainee)
    number = person.id_number.digits if person and person.id_number else ""
    place = one.place if one.place.datum is Datum.WGS84 else None
    note = "；".join(filter(None, (Way(one.way).text.zh if one.way != Way.CODE else "", one.note)))
    return (
        one.name,
        number,
        f"{local(one.at):%Y-%m-%d %H:%M:%S}",
        "正常",
        one.room,
        note,
        one.device[:16],
        place.longitude if place else "",
        place.latitude if place else "",
        "" if place is None or place.accuracy_m is None else f"{place.accuracy_m:g}",
        one.witness,
    )
