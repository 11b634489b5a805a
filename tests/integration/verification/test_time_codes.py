"""A class whose camera saw time codes, from its folder to the sealed package, by the real commands."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from facts.codec import loads
from facts.report import ClassReport
from facts.time_code import CodeHour
from tests.fixtures.code_class import HOUR, CodeFilm, code_class, right_code
from tests.fixtures.drawn_room import at_s
from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.time_codes import STRANGER, payload_at

pytestmark = pytest.mark.slow
Codes = Callable[[datetime], bytes | None]


def command(*words: object, base: Path) -> Ran:
    return xueshi(*words, cache=base / "cache", home=base / "home")


def verified(folder: Path, base: Path) -> dict[str, Any]:
    ran = command("verify", folder, "--progress", "none", base=base)
    assert ran.code in (0, 10, 20, 30), ran
    found: dict[str, Any] = json.loads(next(folder.rglob("report.json")).read_text("utf-8"))
    return found


def clock_finding(report: dict[str, Any]) -> dict[str, Any]:
    [hour] = report["hours"]
    return next(one for one in hour["findings"] if one["rule"] == "YQ-V1")


def doubts(report: dict[str, Any]) -> list[str]:
    return [one["kind"] for one in report["doubts"] if one["kind"].startswith("TIME_CODE")]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("codes")
    return code_class(base / "class", CodeFilm(right_code)), base


def test_the_report_says_by_how_much_the_clock_is_off_in_both_languages(held: tuple[Path, Path]) -> None:
    folder, base = held
    report = verified(folder, base)
    finding = clock_finding(report)
    assert finding["status"] == "PASS", finding
    assert "亮码" in finding["text"]["zh"]
    assert "time code" in finding["text"]["en"]
    assert abs(finding["numbers"]["code_offset_s"]) <= 10
    assert finding["numbers"]["codes"] >= 5
    assert doubts(report) == []
    page = next(folder.rglob("report.html")).read_text("utf-8")
    assert "证明录像时钟" in page


def test_the_package_holds_codes_and_key_and_a_stranger_reads_them_again(
    held: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, base = held
    command("keys", "init", base=base)
    done = command("seal", folder, "--out", tmp_path / "out", "--progress", "none", base=base)
    assert done.code == 0, done
    package = next(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    sealed = loads(ClassReport, (package / "data/facts.json").read_text("utf-8"))
    assert sealed.code_keys
    assert all(one.key and one.hour_id == HOUR.hour_id for view in sealed.views for one in view.codes)
    ran = command("check", package, "--recompute", base=tmp_path)
    assert ran.code == 0, ran
    assert "亮码" in ran.out
    words = [sys.executable, "-I", "-S", str(package / "verify.py"), "--lang", "en"]
    alone = subprocess.run(words, capture_output=True, check=False, timeout=60)  # noqa: S603 - our own verifier
    assert alone.returncode == 0
    assert "readings of time codes bear the signature of" in alone.stdout.decode()
    assert "settles assumption A12" in alone.stdout.decode()


@pytest.mark.parametrize(
    ("kinds", "status", "codes"),
    [
        pytest.param(["TIME_CODE_FALSE"], "PASS", lambda at: payload_at(HOUR, at, STRANGER), id="forged"),
        pytest.param(
            ["TIME_CODE_HOUR"], "PASS", lambda at: payload_at(CodeHour("别校", "x9", "1"), at), id="another class"
        ),
        pytest.param(
            ["TIME_CODE_OLD"], "UNPROVEN", lambda at: payload_at(HOUR, at - timedelta(days=7)), id="an old film"
        ),
        pytest.param(["TIME_CODE_OLD"], "PASS", lambda _: payload_at(HOUR, at_s(-600)), id="an old photograph"),
    ],
)
def test_what_does_not_fit_is_a_doubt(tmp_path: Path, kinds: list[str], status: str, codes: Codes) -> None:
    folder = code_class(tmp_path / "class", CodeFilm(codes))
    report = verified(folder, tmp_path)
    assert doubts(report) == kinds
    assert clock_finding(report)["status"] == status, clock_finding(report)


def test_a_code_over_a_still_picture_proves_no_class(tmp_path: Path) -> None:
    folder = code_class(tmp_path / "class", CodeFilm(lambda at: payload_at(HOUR, at), still=True))
    report = verified(folder, tmp_path)
    assert doubts(report) == ["TIME_CODE_STILL"]
    assert clock_finding(report)["reason"] == "NOT_LIVE"


def test_without_the_public_key_the_report_says_so_and_doubts_nobody(tmp_path: Path) -> None:
    folder = code_class(tmp_path / "class", CodeFilm(right_code), key=None)
    report = verified(folder, tmp_path)
    assert doubts(report) == []
    assert "codes" not in clock_finding(report)["numbers"]
    assert any("timecode.pem" in limit["zh"] for limit in report["limits"])


def test_a_key_file_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    folder = code_class(tmp_path / "class", CodeFilm(lambda _: None), key=None)
    (folder / "timecode.pem").write_text("not a key")
    ran = command("verify", folder, "--progress", "none", base=tmp_path)
    assert ran.code == 2, ran
    assert "timecode.pem: got 0 public keys" in ran.err + ran.out
