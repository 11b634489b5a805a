"""What the service's recorder wrote travels in the package, and a stranger holds it against the log to the letter."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from facts.recorder import GAP_TEXTS
from pipeline.recordings.stream_clock import ClockDoubt
from storage.sealing.examination import FACTS, LEAVES
from storage.sealing.ledger_examination import GAPS_ZH, STEPS_ZH
from tests.fixtures.forged_packages import forged, resealed
from tests.fixtures.recorded_papers import UPLOADED, RecordedPapers, recorded_papers
from tests.fixtures.sealed_packages import checked, copied, edited, faults

Alteration = Callable[[Path], None]
REPORT = "data/report/report.json"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> RecordedPapers:
    """A class whose hour was recorded."""
    return recorded_papers(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def made(recorded: RecordedPapers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of its first day."""
    return recorded.seal(tmp_path_factory.mktemp("out")).packages[0]


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    """The same, free to be spoilt."""
    return copied(made, tmp_path / made.name)


def ledger(package: Path) -> Path:
    return next((package / "data/recorder").glob("*/ledger.jsonl"))


def lines_of(package: Path) -> list[bytes]:
    return ledger(package).read_bytes().splitlines()


def write_lines(package: Path, lines: list[bytes]) -> None:
    ledger(package).write_bytes(b"".join(line + b"\n" for line in lines))


def sidecars(package: Path) -> list[Path]:
    return sorted((package / "data/recorder").glob("*/*/*.json"))


def origins_of(package: Path) -> list[dict[str, Any]]:
    return json.loads((package / FACTS).read_text("utf-8"))["value"]["origins"]  # type: ignore[no-any-return]


def with_origins(package: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    edited(package / FACTS, lambda body: change(body["value"]["origins"]))


def sidecar_changed(package: Path) -> None:
    body = sidecars(package)[0].read_bytes()
    sidecars(package)[0].write_bytes(body.replace(b'"gaps": []', b'"gaps": [ ]'))


def sidecar_of_another(package: Path) -> None:
    first, second = sidecars(package)
    first.write_bytes(second.read_bytes())


def segment_exchanged(package: Path) -> None:
    mine = origins_of(package)[0]["digest"]["sha256"]

    def exchange(body: dict[str, Any]) -> None:
        for one in body["value"]["inputs"]:
            if one["digest"]["sha256"] == mine:
                one["digest"]["sha256"] = "0" * 64

    edited(package / FACTS, exchange)


def segment_and_origin_exchanged(package: Path) -> None:
    mine = origins_of(package)[0]["digest"]["sha256"]
    (package / FACTS).write_text((package / FACTS).read_text("utf-8").replace(mine, "0" * 64), "utf-8")


def line_taken_out(package: Path) -> None:
    write_lines(package, [line for line in lines_of(package) if json.loads(line)["kind"] != "gap"])


def first_line_taken_out(package: Path) -> None:
    write_lines(package, lines_of(package)[1:])


def last_line_taken_out(package: Path) -> None:
    write_lines(package, lines_of(package)[:-1])


def closing_line_taken_out(package: Path) -> None:
    lines = lines_of(package)
    write_lines(package, [line for line in lines if json.loads(line)["kind"] != "closed" or line == lines[-1]])


def chained_anew(package: Path, change: Callable[[dict[str, Any]], object], *, but: str = "") -> None:
    """Every line changed, those of a kind and reason left out, and the chain made to fit."""
    lines: list[bytes] = []
    for line in lines_of(package):
        said = json.loads(line)
        if but == f"{said['kind']} {said.get('reason', '')}":
            continue
        said["previous"] = hashlib.sha256(lines[-1]).hexdigest() if lines else said["previous"]
        change(said)
        lines.append(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
    write_lines(package, lines)


def gap_renamed_and_chained_anew(package: Path) -> None:
    chained_anew(package, lambda said: said.update(reason="starting") if said["kind"] == "gap" else None)


def leaf_of_another(package: Path) -> None:
    with_origins(package, lambda origins: origins[0].update(leaf=origins[1]["leaf"]))


def leaf_that_is_not_there(package: Path) -> None:
    with_origins(package, lambda origins: origins[0].update(leaf=0))


def upload_claimed(package: Path) -> None:
    """The institution's own file is said to be of the recorder."""
    inputs = json.loads((package / FACTS).read_text("utf-8"))["value"]["inputs"]
    digest = next(one["digest"] for one in inputs if one["path"] == UPLOADED)
    with_origins(package, lambda origins: origins.append({**origins[0], "digest": digest}))


def lateness_hidden(package: Path) -> None:
    with_origins(package, lambda origins: origins[1].update(noted_at=origins[0]["noted_at"]))


def end_moved(package: Path) -> None:
    with_origins(package, lambda origins: origins[1].update(ends_at=origins[1]["noted_at"]))


def paper_added(package: Path) -> None:
    (package / "data/recorder/99").mkdir()
    (package / "data/recorder/99/ledger.jsonl").write_bytes(ledger(package).read_bytes())


ALTERATIONS: list[tuple[Alteration, str]] = [
    (sidecar_changed, "its sidecar is not the one that the log names"),
    (sidecar_of_another, "its sidecar is not the one that the log names"),
    (segment_exchanged, "it is none of this package's recordings (exchanged)"),
    (segment_and_origin_exchanged, "is not its own"),
    (line_taken_out, "of its ledger one was changed or taken out"),
    (first_line_taken_out, "its ledger does not begin behind the line that the log names: lines were taken out"),
    (last_line_taken_out, "its ledger ends before the last line that the log names: lines were taken out"),
    (closing_line_taken_out, "of its ledger one was changed or taken out"),
    (gap_renamed_and_chained_anew, "its line of the ledger is not the one that the log names"),
    (leaf_of_another, "is not its own"),
    (leaf_that_is_not_there, "leaf 0 is not its own"),
    (upload_claimed, "is not its own"),
    (lateness_hidden, "is not of 2026-04-07T"),
    (end_moved, "ends at another time"),
    (paper_added, "data/recorder/99/ledger.jsonl is of no recording"),
]
each = pytest.mark.parametrize(("alter", "fault"), ALTERATIONS, ids=lambda one: getattr(one, "__name__", ""))


def thinned(package: Path) -> None:
    """Ten minutes in which nothing was recorded are not spoken of."""
    chained_anew(package, lambda _: None, but="gap lost")


def widened(package: Path) -> None:
    """The gap begins a second before the recording before it ended."""
    chained_anew(package, lambda said: moved(said, "gap", "lost", "start", -1.0))


def narrowed(package: Path) -> None:
    """The gap begins half a minute later than the recording before it ended."""
    chained_anew(package, lambda said: moved(said, "gap", "lost", "start", 30.0))


def lasting(package: Path) -> None:
    """The gap lasts until ten seconds after the next recording began."""
    chained_anew(package, lambda said: moved(said, "segment", "", "start", 10.0))


def begun_later(package: Path) -> None:
    """As if a recording had begun two seconds later, ledger and sidecar alike."""
    chained_anew(package, lambda said: moved(said, "closed", "", "start", 2.0))


def gap_ended(package: Path) -> None:
    """The gap ends after two seconds."""

    def end(said: dict[str, Any]) -> None:
        if (said["kind"], said.get("reason")) == ("gap", "stalled"):
            said["end"] = later(said["start"], 2.0)

    chained_anew(package, end)


def end_cut_off(package: Path) -> None:
    """The lines after the last recording of the class, with which the half hour after it was explained."""
    lines = lines_of(package)
    last = max(place for place, line in enumerate(lines[:-1]) if json.loads(line)["kind"] == "closed")
    write_lines(package, lines[: last + 1])


def later(moment: str, seconds: float) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).isoformat()


def moved(said: dict[str, Any], kind: str, reason: str, name: str, seconds: float) -> None:
    if (said["kind"], said.get("reason", "")) == (kind, reason):
        said[name] = later(said[name], seconds)


FORGERIES: list[tuple[Alteration, str]] = [
    (thinned, "596.0 s from 08:30:04 on are neither footage nor a gap with its reason in its ledger"),
    (narrowed, "30.0 s from 08:30:04 on are neither footage nor a gap with its reason in its ledger"),
    (widened, "a gap (lost) begins 1.0 s before the recording before it ends"),
    (lasting, "the ledger begins it +10.0 s from the time in its name"),
    (begun_later, "its sidecar begins at another time than the ledger says"),
    (gap_ended, "1194.0 s from 08:40:06 on are neither footage nor a gap with its reason in its ledger"),
    (end_cut_off, "its ledger ends before the last line that the log names: lines were taken out"),
]


@pytest.mark.parametrize(("alter", "fault"), FORGERIES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_ledger_rewritten_with_the_key_and_every_leaf_still_has_to_explain_each_second(
    alter: Alteration, fault: str, package: Path, recorded: RecordedPapers
) -> None:
    """Lines chained anew, leaves that name them, the log and the seal signed again: what is left to find is the account."""
    alter(package)
    lines = {
        json.loads(line).get("told", {}).get("name"): hashlib.sha256(line).hexdigest() for line in lines_of(package)
    }
    with_origins(package, lambda origins: [one.update(ledger=lines[one["file"]]) for one in origins])
    forged(package, recorded.bench, recorder=True)
    assert [one for one in faults(package) if fault in one and "\n" not in one], faults(package)


def test_a_package_forged_without_a_change_is_believed(package: Path, recorded: RecordedPapers) -> None:
    """So that what the forgeries are refused for is what was changed in them."""
    forged(package, recorded.bench, recorder=True)
    assert faults(package) == []


def test_the_recorder_s_papers_are_in_the_package_and_agree_with_the_log(made: Path) -> None:
    lines = checked(made, recompute=True).lines
    assert [line.en for line in lines if line.mark == "✗"] == []
    said = [line.en for line in lines if "recorder" in line.part]
    assert said[0] == "2 recordings are this system's own: file, sidecar, ledger and leaf agree"
    assert said[-3].endswith(
        "lines of its ledger in a chain; gaps lost ×1, refused ×1, stalled ×1; clock steps none; NTP kept"
    )
    assert said[-2] == "camera 1: the lines of its ledger do not reach 59:56 of the class hours"
    assert said[-1] == (
        "camera 1: of 30:04 of class hours 0:12 are footage, gaps lost 9:56, stalled 19:56, and no second is unexplained"
    )
    assert len(sidecars(made)) == 2
    kinds = [json.loads(line)["kind"] for line in lines_of(made)]
    assert kinds == ["gap", "segment", "closed", "gap", "clock", "segment", "closed", "gap", "segment", "closed"]


def test_the_verifier_s_words_for_gaps_and_steps_are_the_recorder_s() -> None:
    assert {reason: text.zh for reason, text in GAP_TEXTS.items()} == GAPS_ZH
    assert {f"camera_{doubt}" for doubt in ClockDoubt} | {"host"} == set(STEPS_ZH)


def test_python_alone_says_the_same(made: Path) -> None:
    words = [sys.executable, "-I", "-S", str(made / "verify.py"), "--lang", "en"]
    done = subprocess.run(words, capture_output=True, check=False, timeout=60)  # noqa: S603 - our own verifier
    assert done.returncode == 0, done.stdout.decode()
    assert "2 recordings are this system's own" in done.stdout.decode()


@each
def test_whatever_was_changed_is_told_in_one_line_even_where_the_log_was_forged_with_the_key(
    alter: Alteration, fault: str, package: Path, recorded: RecordedPapers
) -> None:
    alter(package)
    forged(package, recorded.bench)
    assert [one for one in faults(package) if fault in one and "\n" not in one], faults(package)


def test_the_leaf_of_the_recording_before_cannot_be_left_out(package: Path, recorded: RecordedPapers) -> None:
    rows = (package / LEAVES).read_bytes().splitlines(keepends=True)
    spoken = [json.loads(json.loads(row)["leaf"]) for row in rows]
    before = next(number for number, leaf in enumerate(spoken) if leaf["kind"] == "segment")
    (package / LEAVES).write_bytes(b"".join(rows[:before] + rows[before + 1 :]))
    resealed(package, recorded.bench.ring.signer())
    assert any(fault.endswith("is not as it was written") for fault in faults(package))


def test_a_late_leaf_says_so_to_the_reader_and_to_whoever_checks(made: Path) -> None:
    inputs = {one["path"]: one for one in json.loads((made / REPORT).read_text("utf-8"))["inputs"]}
    own = [one["origin"] for path, one in inputs.items() if path.startswith("录像/摄像机")]
    assert [(one["by"], one["prompt"], one["late_s"]) for one in own] == [
        ("recorder", True, 5),
        ("recorder", False, 720),
    ]
    assert own[1]["text"]["zh"].endswith("录完 12 分钟后才入日志")
    assert own[1]["text"]["zh"] in (made / "data/report/report.html").read_text("utf-8")
    notes = [line.en for line in checked(made).lines if line.mark == "!" and "recorder" in line.part]
    assert [note.partition(": ")[2] for note in notes][:1] == [
        "logged only 12 min after it ended; until then it could have been exchanged"
    ]


def test_what_was_handed_in_is_told_from_what_the_system_recorded(made: Path) -> None:
    inputs = {one["path"]: one for one in json.loads((made / REPORT).read_text("utf-8"))["inputs"]}
    assert (inputs[UPLOADED]["origin"]["by"], inputs[UPLOADED]["origin"]["text"]["zh"]) == ("institution", "机构上传")
    assert inputs["花名册.xlsx"]["origin"] is None


def test_the_page_cannot_call_an_upload_the_system_s_own(package: Path, recorded: RecordedPapers) -> None:
    def claim(body: dict[str, Any]) -> None:
        inputs = {one["path"]: one for one in body["inputs"]}
        inputs[UPLOADED]["origin"] = next(
            one["origin"] for one in body["inputs"] if one["path"].startswith("录像/摄像机")
        )

    edited(package / REPORT, claim)
    forged(package, recorded.bench)
    assert f"{REPORT} is not what the facts draw" in faults(package, recompute=True)


def test_a_sidecar_that_was_lost_before_is_told_and_not_refused(recorded: RecordedPapers, tmp_path: Path) -> None:
    place = recorded.sidecar(0)
    body = place.read_bytes()
    place.unlink()
    try:
        package = recorded.seal(tmp_path / "out").packages[0]
    finally:
        place.write_bytes(body)
    assert faults(package, recompute=True) == []
    assert any("a sidecar that was gone when this was sealed" in line.en for line in checked(package).lines)


def test_a_sidecar_that_somebody_changed_on_the_disk_is_not_taken_for_the_recorder_s(
    recorded: RecordedPapers, tmp_path: Path
) -> None:
    place = recorded.sidecar(0)
    body = place.read_bytes()
    place.write_bytes(body + b" ")
    try:
        package = recorded.seal(tmp_path / "out").packages[0]
    finally:
        place.write_bytes(body)
    assert len(sidecars(package)) == 1
    assert any("a sidecar that was gone when this was sealed" in line.en for line in checked(package).lines)


def test_leaves_of_an_earlier_version_vouch_for_no_line_and_that_is_said(
    recorded: RecordedPapers, tmp_path: Path
) -> None:
    """Their notes name the sidecar alone."""
    assert all(one.ledger for one in recorded.origins)
    unnamed = replace(recorded, origins=tuple(replace(one, ledger="") for one in recorded.origins))
    package = unnamed.seal(tmp_path / "out").packages[0]
    assert any("names another sidecar or line of the ledger" in fault for fault in faults(package))
