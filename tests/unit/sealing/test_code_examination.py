"""Time codes in a package's facts, held against the public keys in the package by the verifier alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from facts.codec import dumps
from facts.report import ClassReport
from facts.sighting import Box, CodeReading, View
from facts.span import Span
from facts.time_code import CodeHour
from facts.verdict import HourVerdict
from storage.evidence_log.signature import ED25519, PublicKey
from storage.sealing.code_examination import examine_codes
from storage.sealing.examination import BAD, FACTS, OK, ExaminedPackage
from tests.fixtures.sample_report import sample_report
from tests.fixtures.time_codes import OWN, STRANGER, payload_at, public_hex

KEY = PublicKey(ED25519, OWN.public_key().public_bytes_raw()).key_id


def read_codes() -> ClassReport:
    """The sample class; the camera of its first hour saw three codes, and its clock is three seconds ahead."""
    report = sample_report()
    hour, course = report.hours[0], report.training_class
    named = CodeHour(course.institution.name, course.id, hour.id, hour.room)
    middle = hour.span.start.replace(second=5)
    codes = tuple(
        CodeReading(
            middle + timedelta(minutes=minute, seconds=3),
            payload_at(named, middle + timedelta(minutes=minute)).hex(),
            Box(0.4, 0.4, 0.1, 0.2),
            "a.mp4",
            60.0 * minute,
            KEY,
            hour.id,
        )
        for minute in (1, 2, 3)
    )
    view = View("CH02", Span(hour.span.start, hour.span.end), codes=codes)
    verdicts = (stating(report.verdicts[0], 3.0), *report.verdicts[1:])
    return replace(report, views=(view,), code_keys=(public_hex(),), verdicts=verdicts)


def stating(verdict: HourVerdict, offset_s: float) -> HourVerdict:
    """The verdict with a clock that is off by so much."""
    first = verdict.findings[0]
    return replace(verdict, findings=(replace(first, numbers={"code_offset_s": offset_s}), *verdict.findings[1:]))


def examined(report: ClassReport, root: Path) -> list[tuple[str, str]]:
    body = dumps(report).encode()
    (root / "data").mkdir()
    (root / FACTS).write_bytes(body)
    own = ExaminedPackage(root, files={FACTS: len(body)})
    examine_codes(own)
    return [(line.mark, line.en) for line in own.lines]


def test_valid_codes_prove_the_clock_that_the_verdict_states(tmp_path: Path) -> None:
    first, second = examined(read_codes(), tmp_path)
    assert first == (
        OK,
        f"3 readings of time codes bear the signature of {KEY}; compare the fingerprint with the service's",
    )
    assert second[0] == OK
    assert "by 3 readings the recording's clock is off by +3 s" in second[1]


def test_a_package_without_codes_says_nothing_of_them(tmp_path: Path) -> None:
    assert examined(replace(read_codes(), views=(), verdicts=()), tmp_path) == []


def with_code(report: ClassReport, **other: object) -> ClassReport:
    """The first reading is told otherwise."""
    (view,) = report.views
    changed = replace(view.codes[0], **other)  # type: ignore[arg-type]
    return replace(report, views=(replace(view, codes=(changed, *view.codes[1:])),))


def forged_payload(report: ClassReport) -> ClassReport:
    """Another slot under the old signature: a code that nobody showed."""
    payload = bytearray.fromhex(report.views[0].codes[0].payload)
    payload[5] ^= 1
    return with_code(report, payload=bytes(payload).hex())


def signed_by_a_stranger(report: ClassReport) -> ClassReport:
    hour, course = report.hours[0], report.training_class
    named = CodeHour(course.institution.name, course.id, hour.id, hour.room)
    return with_code(report, payload=payload_at(named, report.views[0].codes[0].at, STRANGER).hex())


def of_another_hour(report: ClassReport) -> ClassReport:
    return with_code(report, hour_id=report.hours[1].id)


def signature_denied(report: ClassReport) -> ClassReport:
    return with_code(report, key="", hour_id="")


def key_exchanged(report: ClassReport) -> ClassReport:
    return replace(report, code_keys=(public_hex(STRANGER),))


def room_denied(report: ClassReport) -> ClassReport:
    return with_code(report, other_room=True)


@pytest.mark.parametrize(
    "alter",
    [forged_payload, signed_by_a_stranger, of_another_hour, signature_denied, key_exchanged, room_denied],
    ids=lambda one: one.__name__,
)
def test_a_code_that_is_not_what_the_facts_say_is_refused(
    alter: Callable[[ClassReport], ClassReport], tmp_path: Path
) -> None:
    said = [text for mark, text in examined(alter(read_codes()), tmp_path) if mark == BAD]
    assert said
    assert "does not bear the signature, or name the hour or room, that the facts say" in said[0]


@pytest.mark.parametrize("offset_s", [60.0, -40.0])
def test_a_clock_that_no_code_bears_out_is_refused(offset_s: float, tmp_path: Path) -> None:
    report = read_codes()
    stated = replace(report, verdicts=(stating(report.verdicts[0], offset_s), *report.verdicts[1:]))
    (fault,) = [text for mark, text in examined(stated, tmp_path) if mark == BAD]
    assert f"states a clock off by {offset_s:+.0f} s, which no code in the pictures bears out" in fault


def test_more_codes_than_anybody_shows_are_refused_and_not_checked_for_hours(tmp_path: Path) -> None:
    report = read_codes()
    (view,) = report.views
    many = tuple(replace(view.codes[0], payload=f"{number:0156x}") for number in range(10_001))
    flooded = replace(report, views=(replace(view, codes=many),), code_keys=(public_hex(), public_hex(STRANGER)))
    assert examined(flooded, tmp_path) == [(BAD, "10001 time codes by 2 keys are more than can be checked")]


def test_codes_of_nobody_are_no_fault_of_the_package(tmp_path: Path) -> None:
    """A stranger's code before the camera is a doubt of the report, and the facts say so."""
    report = with_code(signed_by_a_stranger(read_codes()), key="", hour_id="")
    assert BAD not in [mark for mark, _ in examined(report, tmp_path)]
