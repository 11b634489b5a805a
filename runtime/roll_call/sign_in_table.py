"""The sign-ins of phones as a list in the class's folder, which a verification reads like any other."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine

from facts.check_in import Datum
from facts.course import Trainee
from facts.span import local
from ingest.manifest import read_manifest
from pipeline.roll_call.check_in import Way
from report.cells import safe_cell
from runtime.verification.class_tables import class_tables
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow
from storage.database.roll_call.rolls import person_key
from storage.evidence_log.ledger import EvidenceLog

SIGN_IN_LIST = "学时证手机签到.csv"  # every spelling is read; this one stands on disks already
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


def write_sign_ins(engine: Engine, class_id: int, folder: Path) -> Path | None:
    """The sign-ins as the table that ``xueshi verify`` reads; nothing where nobody signed in by phone."""
    kept = CheckInRegister(engine, EvidenceLog(engine)).of_class(class_id)
    if not kept:
        return None
    roster = class_tables(folder, read_manifest(folder)).roster
    place = folder / SIGN_IN_LIST
    place.write_bytes(sign_in_table(class_id, kept, roster))
    return place


def sign_in_table(class_id: int, kept: Sequence[CheckInRow], roster: Sequence[Trainee]) -> bytes:
    """UTF-8 with a mark, so that Excel and WPS read it; whoever left the roster keeps the name that was given."""
    known = {person_key(class_id, one): one for one in roster}
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
