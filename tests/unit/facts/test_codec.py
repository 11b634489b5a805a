import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from facts.check_in import CheckIn, Datum, Place
from facts.codec import build, dumps, loads
from facts.course import ClassHour, HourKind, Institution, Trainee, TrainingClass
from facts.digest import Digest, EvidenceRef
from facts.errors import FaultsError, InputError
from facts.footage import Camera, ClockSource, Damage, Lapse, LapseKind, Run, Segment, Wound
from facts.id_number import IdNumber, check_digit
from facts.money import Fen
from facts.report import ClassReport, InputFile, PolicyRef
from facts.sighting import Box, SampledFrame, Seat, SeatKind, Sighting, View
from facts.span import Span
from facts.text import Text
from facts.verdict import Assumption, Attendance, Doubt, Finding, Headcount, HourVerdict, Presence, Status, Window

NOW = datetime(2099, 4, 7, 0, 30, 0, 250000, tzinfo=UTC)
SPAN = Span(NOW, NOW + timedelta(minutes=45))
DIGEST = Digest.of(b"bytes")
TEXT = Text("最长连续录像 9分12秒", "longest continuous recording 9 min 12 s")
STEM = "99010120990307123"
TRAINEE = Trainee(
    "t1", "王五", IdNumber(STEM + check_digit(STEM)), "00000000000", "重点群体", (SPAN,), "花名册.xlsx 第5行"
)
HOUR = ClassHour("2099-04-07#1", SPAN, HourKind.PRACTICE, "201教室", "李老师", "第1学时")
SEGMENT = Segment(
    "a.mp4",
    "CH02",
    10,
    ClockSource.FILE_NAME,
    (SPAN,),
    SPAN,
    DIGEST,
    "h264",
    1280,
    720,
    (Wound(Damage.TRUNCATED, 1, "索引超出文件末尾", "index beyond the end of the file"),),
)
SIGHTING = Sighting("CH02", NOW, Box(0.1, 0.2, 0.05, 0.05), 0.87)
SEAT = Seat("s1", "CH02", SIGHTING.box, SeatKind.PERSON, (SPAN,), (), 12, 0.2)
VIEW = View("CH02", SPAN, (SEAT,), (SampledFrame("CH02", NOW, "a.mp4", 12.5, (SIGHTING,)),), 0.9)
FINDING = Finding(
    "YQ-V1",
    Status.FAIL,
    "TOO_SHORT",
    TEXT,
    {"longest_s": 552.0},
    "原文",
    "第十一条",
    TEXT,
    (EvidenceRef("a.mp4", DIGEST, 1.5),),
)
VERDICT = HourVerdict(
    HOUR.id,
    Status.FAIL,
    (FINDING,),
    (Run("CH02", SPAN, ("a.mp4",)),),
    (Lapse("CH02", SPAN, LapseKind.FROZEN),),
    Window(SPAN, "CH02"),
    28,
    30,
    Headcount((NOW,), (28,)),
)
DOUBT = Doubt("SHARED_DEVICE", TEXT, (HOUR.id,), ("t1",), (), (TEXT,), "YQ-V4", 5)
ATTENDANCE = Attendance("t1", HOUR.id, Presence.UNPROVEN, ("checkin",), ("headcount",))
CHECKIN = CheckIn(
    NOW, "王五", "", Place("阳泉市", "37.8", "113.5", Datum.GCJ02, 15.0), "phone-1", "", "", "打卡.xlsx 第2行"
)
CLASS = TrainingClass("yq-1", "家政1班", Institution("某校"), "山西省阳泉市", "项目制", "重点群体")
REPORT = ClassReport(
    "xueshi 0",
    NOW,
    CLASS,
    PolicyRef("yangquan-2024", "办法"),
    (Assumption("A1", TEXT, "45"),),
    (InputFile("a.mp4", "recording", 10, DIGEST, "CH02", SPAN, ClockSource.FILE_NAME, (TEXT,)),),
    (Camera("CH02", "201教室", 1.4),),
    (SEGMENT,),
    (HOUR,),
    (VERDICT,),
    (TRAINEE,),
    (ATTENDANCE,),
    (CHECKIN,),
    (DOUBT,),
    (VIEW,),
    (TEXT,),
    versions={"detector": "centerface"},
)


@pytest.mark.parametrize(
    "record",
    [SPAN, HOUR, TRAINEE, SEGMENT, VIEW, VERDICT, DOUBT, ATTENDANCE, CHECKIN, REPORT, Fen(150), CLASS],
    ids=lambda record: type(record).__name__,
)
def test_every_record_comes_back_from_json_as_it_was(record: object) -> None:
    assert loads(type(record), dumps(record)) == record


def test_the_text_says_its_schema_version_and_an_unknown_version_is_refused() -> None:
    body = json.loads(dumps(HOUR))
    assert body["schema"] == "xueshi.fact/1"
    body["schema"] = "xueshi.fact/9"
    with pytest.raises(
        InputError, match=r"got \"xueshi.fact/9\", expected 'xueshi.fact/1'; use the version that wrote it"
    ):
        loads(ClassHour, json.dumps(body))


def changed(record: object, **changes: object) -> str:
    body = json.loads(dumps(record))
    body["value"] |= changes
    return json.dumps(body)


def test_a_value_in_the_wrong_unit_names_both_units() -> None:
    with pytest.raises(
        FaultsError, match=r"Camera.clock_offset_ms: got a value in milliseconds, expected clock_offset_s in seconds"
    ):
        loads(Camera, changed(Camera("CH02"), clock_offset_ms=1400))


def test_an_unknown_field_is_an_error_with_the_nearest_known_name() -> None:
    with pytest.raises(FaultsError, match=r"ClassHour.rooom: got an unknown field.*did you mean room\?"):
        loads(ClassHour, changed(HOUR, rooom="201"))


def test_a_time_without_zone_is_an_error() -> None:
    with pytest.raises(FaultsError, match=r"Span.end: got .*expected an ISO 8601 time with its zone"):
        loads(Span, changed(SPAN, end="2099-04-07T09:15:00"))


def test_a_word_outside_a_closed_list_is_an_error_that_lists_the_words() -> None:
    with pytest.raises(FaultsError, match="expected one of theory, practice"):
        loads(ClassHour, changed(HOUR, kind="lecture"))


def test_a_true_is_no_number_and_a_fraction_no_float() -> None:
    with pytest.raises(FaultsError, match=r"Fen\.fen: got true, expected a whole number"):
        loads(Fen, changed(Fen(1), fen=True))
    with pytest.raises(FaultsError, match=r"Fen\.fen: got 1.5, expected a whole number"):
        loads(Fen, changed(Fen(1), fen=1.5))


def test_all_faults_of_one_record_are_told_together() -> None:
    with pytest.raises(FaultsError) as refusal:
        loads(ClassHour, changed(HOUR, kind="lecture", span=7, label=None))
    assert [fault.where for fault in refusal.value.faults] == ["ClassHour.span", "ClassHour.kind", "ClassHour.label"]


def test_a_record_that_breaks_its_own_rule_is_an_error() -> None:
    body = json.loads(dumps(SPAN))["value"]
    with pytest.raises(FaultsError, match="before start"):
        loads(Span, changed(SPAN, start=body["end"], end=body["start"]))


def test_a_trainee_prints_neither_name_number_nor_phone() -> None:
    shown = repr(TRAINEE) + str(TRAINEE) + repr(CHECKIN) + repr(TRAINEE.masked)
    assert "王五" not in shown
    assert STEM[:12] not in shown


def test_numbers_too_long_to_be_meant_are_refused_at_once() -> None:
    with pytest.raises(InputError, match="not JSON"):
        loads(Fen, '{"schema": "xueshi.fact/1", "kind": "Fen", "value": {"fen": ' + "9" * 5000 + "}}")
    with pytest.raises(FaultsError, match="more than thirty digits"):
        loads(Fen, changed(Fen(1), fen=10**40))
    for text in ("1e999999999", "4/0", "0.8", "٤/٥"):
        with pytest.raises(FaultsError, match="an exact fraction"):
            build(Fraction, text, "share")
    assert build(Fraction, "4/5", "share") == Fraction(4, 5)
