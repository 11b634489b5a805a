"""``report.json``: the shape that issue and clients agreed on, masked, stable, and counted from what it lists."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from facts.id_number import IdNumber
from facts.names import masked_name
from facts.report import ClassReport
from facts.text import Text
from facts.verdict import Finding, Status
from report.document import document
from tests.fixtures.odd_reports import busy, empty, leaky, two_rooms, without_recordings
from tests.fixtures.sample_report import sample_report, trainees

KEYS = {
    "inputs": {"path", "sha256", "camera", "span", "clock_source", "faults"},
    "hours": {"id", "span", "room", "status", "runs", "window", "expected", "roster", "headcount", "findings"},
    "trainees": {"id_masked", "name_masked", "hours"},
    "doubts": {"kind", "hours", "trainees", "evidence", "innocent"},
}


def test_it_holds_every_key_that_clients_were_promised() -> None:
    found = document(sample_report())
    assert found["schema"] == "xueshi.report/1"
    assert {"tool", "policy", "assumptions", "inputs", "hours", "trainees", "doubts", "summary"} <= found.keys()
    for name, keys in KEYS.items():
        for entry in found[name]:
            assert keys <= entry.keys(), name
    finding = found["hours"][0]["findings"][0]
    assert {"rule", "status", "reason", "numbers", "quote", "remedy", "evidence"} <= finding.keys()
    assert found["hours"][0]["headcount"].keys() == {"times", "counts"}
    assert found["trainees"][0]["hours"][0].keys() >= {"id", "status", "sources"}


@pytest.mark.parametrize("report", [sample_report(), empty(), without_recordings(), busy(), two_rooms()])
def test_it_is_plain_json_and_the_same_every_time(report: ClassReport) -> None:
    text = json.dumps(document(report), ensure_ascii=False, allow_nan=False)
    assert text == json.dumps(document(report), ensure_ascii=False, allow_nan=False)
    assert json.loads(text) == document(report)


def test_the_order_in_which_parts_were_found_changes_nothing() -> None:
    report = sample_report()
    shuffled = replace(
        report,
        hours=report.hours[::-1],
        verdicts=report.verdicts[::-1],
        inputs=report.inputs[::-1],
        segments=report.segments[::-1],
        checkins=report.checkins[::-1],
        attendance=report.attendance[::-1],
        doubts=report.doubts[::-1],
        cameras=report.cameras[::-1],
    )
    assert document(shuffled) == document(report)


def test_the_summary_counts_what_is_listed() -> None:
    found = document(sample_report())
    counted = Counter(hour["status"] for hour in found["hours"])
    assert {name: count for name, count in found["summary"]["statuses"].items() if count} == counted
    assert set(found["summary"]["statuses"]) == {status.value for status in Status}
    assert found["summary"]["hours"] == len(found["hours"]) == 25
    assert found["summary"]["to_do"] == counted["FAIL"] + counted["UNPROVEN"] == 6
    assert found["summary"]["faulty_inputs"] == 4
    assert found["summary"]["expected"] == {"min": 28, "max": 28}
    assert found["summary"]["roster"] == 30


def test_an_hour_that_nobody_judged_is_unproven_and_never_left_out() -> None:
    report = replace(sample_report(), verdicts=())
    found = document(report)
    assert {hour["status"] for hour in found["hours"]} == {"UNPROVEN"}
    assert found["summary"]["to_do"] == len(report.hours)


def test_no_whole_name_id_or_telephone_number_is_in_it_wherever_it_was_written() -> None:
    for report in (sample_report(), leaky()):
        text = json.dumps(document(report), ensure_ascii=False)
        for person in trainees():
            assert person.name not in text
            assert person.id_number
            assert person.id_number.digits not in text
            assert person.phone not in text


def test_people_are_told_apart_by_their_masked_name_and_the_last_four() -> None:
    first, person = document(sample_report())["trainees"][0], trainees()[0]
    assert first["name_masked"] == masked_name(person.name)
    assert person.id_number
    assert first["id_masked"] == "*" * 14 + person.id_number.tail


def test_a_number_that_nobody_enrolled_bears_is_masked_as_well() -> None:
    stranger = IdNumber("11010519491231002X").digits
    finding = Finding("YQ-V1", Status.FAIL, "X", Text(f"证件 {stranger}", f"ID {stranger}, phone 13912345678"))
    report = sample_report()
    report = replace(report, verdicts=(replace(report.verdicts[0], findings=(finding,)), *report.verdicts[1:]))
    said = document(report)["hours"][0]["findings"][0]["text"]
    assert said == {"zh": "证件 " + "*" * 14 + "002X", "en": "ID " + "*" * 14 + "002X, phone *******5678"}


def test_the_policy_says_that_it_had_lapsed_on_the_day_of_making() -> None:
    report = sample_report()
    assert report.policy
    found = document(report)["policy"]
    assert found
    assert found["lapsed_when_made"]
    assert found["days_outside"] == []
    last_day = replace(report, made_at=report.made_at.replace(year=2026, month=10, day=15))
    on_last_day = document(last_day)["policy"]
    assert on_last_day
    assert not on_last_day["lapsed_when_made"]


def test_class_days_outside_the_validity_are_named() -> None:
    report = sample_report()
    assert report.policy
    early = replace(report.policy, valid_from=report.hours[5].span.start.date())
    found = document(replace(report, policy=early))["policy"]
    assert found
    assert found["days_outside"] == ["2025-04-07"]


def test_gaps_are_what_no_file_of_a_camera_of_that_room_covers() -> None:
    hours = {hour["id"]: hour for hour in document(sample_report())["hours"]}
    (broken,) = hours["2025-04-08/3"]["coverage"]
    assert broken["camera"] == "CH02"
    assert [gap["start"][11:19] + gap["end"][11:19] for gap in broken["gaps"]] == [
        "10:29:3610:33:54",
        "10:42:5410:51:00",
        "10:58:0010:58:40",
    ]
    assert broken["recorded_s"] == 45 * 60 - 258 - 486 - 40
    (afternoon,) = hours["2025-04-08/4"]["coverage"]
    assert afternoon == {"camera": "CH03", "recorded_s": 2700.0, "gaps": []}


def test_the_longest_stretch_is_live_and_bears_the_finding_s_status() -> None:
    hours = {hour["id"]: hour for hour in document(sample_report())["hours"]}
    frozen = hours["2025-04-08/2"]["longest"]
    assert frozen["span"]
    assert (frozen["span"]["start"][11:16], frozen["length_s"], frozen["status"]) == ("09:52", 1080, "PASS")
    broken = hours["2025-04-08/3"]["longest"]
    assert (broken["length_s"], broken["demanded_s"], broken["status"]) == (576, 600, "FAIL")
    unclocked = hours["2025-04-10/1"]["longest"]
    assert (unclocked["span"], unclocked["status"]) == (None, "UNPROVEN")


def test_doubts_come_by_the_cost_of_a_human_check_with_their_clause_and_their_moment() -> None:
    doubts = document(sample_report())["doubts"]
    assert [doubt["check_cost_s"] for doubt in doubts] == [10, 30, 120]
    assert [doubt["no"] for doubt in doubts] == [1, 2, 3]
    assert all(doubt["quote"] and doubt["article"] == "第十一条" for doubt in doubts)
    # One stands at its evidence in the film, one at the first of its people's sign-ins.
    assert doubts[0]["at"] == ["2025-04-08T09:40:00+08:00"]
    assert doubts[2]["at"] == ["2025-04-08T10:40:00+08:00"]


def test_times_are_on_the_chinese_wall_clock() -> None:
    text = json.dumps(document(sample_report()))
    stamps = re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+([+Z][\d:]*)", text)
    assert stamps
    assert set(stamps) == {"+08:00"}


def test_a_name_that_two_trainees_bear_is_nobody_s_check_in() -> None:
    report = sample_report()
    twins = tuple(replace(person, name="同名") for person in report.trainees[:2])
    unsigned = tuple(replace(item, name="同名", id_number="") for item in report.checkins[:1])
    found = document(replace(report, trainees=twins, checkins=unsigned))
    assert [item["trainee"] for item in found["checkins"]] == [None]
