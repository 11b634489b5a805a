"""Sign-ins of phones become a table that ``xueshi verify`` reads, and rolls follow the class's own files."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.dossier import SampleManifest, write_dossier
from demo.identity import identities
from facts.check_in import Datum, Place
from facts.course import ClassHour, Trainee
from facts.span import Span
from ingest.manifest import read_manifest
from ingest.tables.search import read_tables
from runtime.roll_call.rolls import SIGN_IN_LIST, sign_in_table
from storage.database.roll_call.check_ins import CheckInRow
from storage.database.roll_call.rolls import person_key

AT = datetime(2026, 4, 7, 0, 31, 5, tzinfo=UTC)
PEOPLE = identities(3, 5)
DESK = Place("", "37.857012", "113.580034", Datum.WGS84, 12.5)


def signed(who: int, **changes: object) -> CheckInRow:
    one = PEOPLE[who]
    key = person_key(7, Trainee("", one.name, one.id_number))
    made = CheckInRow(f"{who}", 7, "h1", "201教室", key, one.name, one.id_number.tail, "code", AT, AT, AT, "phone-1")
    return replace(made, **changes)  # type: ignore[arg-type]


def roster() -> list[Trainee]:
    return [Trainee(f"t{n}", one.name, one.id_number) for n, one in enumerate(PEOPLE)]


def test_the_table_is_read_back_as_the_sign_ins_that_it_was_made_of(tmp_path: Path) -> None:
    hour = ClassHour("h1", Span(AT, AT + timedelta(minutes=45)), room="201教室")
    write_dossier(tmp_path, people=PEOPLE, hours=[hour], checkins=[], manifest=SampleManifest())
    for path in tmp_path.glob("*打卡*"):
        path.unlink()
    kept = [
        signed(0, place=DESK),
        signed(1, way="witness", witness="account:3", note="老年学员没有智能手机"),
        signed(2, way="late"),
    ]
    (tmp_path / SIGN_IN_LIST).write_bytes(sign_in_table(7, kept, roster()))
    found = sorted(read_tables(tmp_path, read_manifest(tmp_path)).checkins, key=lambda one: one.name)
    own = {one.name: one for one in found}
    assert {one.id_number for one in found} == {one.id_number.digits for one in PEOPLE}
    assert all(one.at == AT for one in found)
    assert own[PEOPLE[0].name].place.coordinates == ("37.857012", "113.580034")
    assert own[PEOPLE[0].name].place.datum is Datum.WGS84
    assert own[PEOPLE[1].name].witness == "account:3"
    assert "老年学员没有智能手机" in own[PEOPLE[1].name].note
    assert "补传" in own[PEOPLE[2].name].note


def test_somebody_who_left_the_roster_stays_in_the_table_under_the_name_that_was_given() -> None:
    text = sign_in_table(7, [signed(0)], roster()[1:]).decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert (row["姓名"], row["身份证号"]) == (PEOPLE[0].name, "")


def test_a_new_order_of_the_roster_gives_nobody_somebody_elses_sign_in() -> None:
    text = sign_in_table(7, [signed(0)], roster()[::-1]).decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert row["身份证号"] == PEOPLE[0].id_number.digits


def test_a_reason_that_is_a_formula_is_written_as_text() -> None:
    text = sign_in_table(7, [signed(0, way="code", note="=HYPERLINK(1)")], roster()).decode("utf-8-sig")
    assert ",'=HYPERLINK(1)" in text
