"""``xueshi verify`` and ``xueshi doctor`` as a clerk runs them."""

import json
import re
import shutil
from pathlib import Path

import pytest

from demo.identity import identities
from tests.fixtures import scenarios
from tests.fixtures.folders import honest, written, xueshi

pytestmark = pytest.mark.slow


def test_an_honest_folder_passes_with_code_0_and_leaves_a_report(tmp_path: Path) -> None:
    ran = xueshi("verify", honest(tmp_path / "class"), cache=tmp_path / "cache")
    assert ran.code == 0, ran
    assert "✓ 达标" in ran.out
    assert (tmp_path / "class" / "核验报告" / "report.html").stat().st_size > 50_000
    assert "Traceback" not in ran.err


def test_english_speaks_no_chinese_in_its_verdict_lines(tmp_path: Path) -> None:
    ran = xueshi("verify", honest(tmp_path / "class"), "--lang", "en", cache=tmp_path / "cache")
    verdicts = [line for line in ran.out.splitlines() if line.lstrip().startswith("YQ-")]
    assert len(verdicts) == 3
    assert not re.search(r"[\u4e00-\u9fff]", "".join(verdicts))


def test_a_second_run_looks_at_nothing_and_says_the_same(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    runs = [xueshi("verify", folder, "--json", "-", "--progress", "json", cache=tmp_path / "cache") for _ in range(2)]
    looked = [[json.loads(line) for line in run.err.splitlines() if '"look"' in line] for run in runs]
    assert [event["cached"] for event in looked[0]] == [False]
    assert [event["cached"] for event in looked[1]] == [True]
    first, second = (json.loads(run.out) for run in runs)
    assert first["hours"] == second["hours"]


def test_one_changed_byte_is_looked_at_again(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    xueshi("verify", folder, cache=tmp_path / "cache")
    (video,) = (folder / "录像").iterdir()
    body = bytearray(video.read_bytes())
    body[len(body) // 2] ^= 1
    video.write_bytes(body)
    ran = xueshi("verify", folder, "--progress", "json", cache=tmp_path / "cache")
    assert '"cached": false' in ran.err


def test_a_damaged_cache_is_ignored_and_the_verdict_stays(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    xueshi("verify", folder, cache=tmp_path / "cache")
    for entry in (tmp_path / "cache").rglob("*"):
        if entry.is_file():
            entry.write_bytes(entry.read_bytes()[:-7])
    assert xueshi("verify", folder, cache=tmp_path / "cache").code == 0


@pytest.mark.parametrize(
    ("case", "code", "says"),
    [
        (scenarios.exactly_599, 30, "还差 1秒"),
        (scenarios.thirty_checked_in, 10, "相差 3 人"),
        (scenarios.no_clock, 20, "class.toml"),
        (scenarios.enterprise, 0, "不适用"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_exit_code_and_the_line_that_helps(case: scenarios.Case, code: int, says: str, tmp_path: Path) -> None:
    ran = xueshi("verify", written(case, tmp_path / "class"), cache=tmp_path / "cache")
    assert ran.code == code, ran
    assert says in ran.out


def test_fail_on_lowers_the_exit_code_and_never_the_verdict(tmp_path: Path) -> None:
    folder = written(scenarios.no_clock, tmp_path / "class")
    for fail_on, code in (("doubt", 20), ("fail", 0), ("never", 0)):
        ran = xueshi("verify", folder, "--fail-on", fail_on, cache=tmp_path / "cache")
        assert (ran.code, "存疑待核" in ran.out) == (code, True)


def test_the_line_that_a_clockless_file_asks_for_gives_it_a_clock(tmp_path: Path) -> None:
    folder = written(scenarios.no_clock, tmp_path / "class")
    asked = xueshi("verify", folder, cache=tmp_path / "cache").out
    assert "[[recording]]" in asked
    (video,) = (folder / "录像").iterdir()
    line = f'\n[[recording]]\nfile = "录像/{video.name}"\ncamera = "CH02"\nstart = 2025-04-07T08:30:00+08:00\n'
    with (folder / "class.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(line)
    ran = xueshi("verify", folder, cache=tmp_path / "cache")
    assert ran.code == 0, ran


def test_a_wrong_roster_is_replaced_by_a_line_of_class_toml_and_stays_in_the_report(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    shutil.copyfile(folder / "花名册.xlsx", folder / "花名册（更正）.xlsx")
    lists = ["花名册.xlsx"]
    for code, left in ((0, lists), (20, [*lists, "花名册（更正）.xlsx"])):
        lines = "".join(f'\n[[aside]]\nfile = "{name}"\nreason = "证号录错"\n' for name in left)
        (folder / "class.toml").write_text(f'[class]\nid = "c"\npolicy = "yangquan-2024"\n{lines}', "utf-8")
        ran = xueshi("verify", folder, "--json", "-", cache=tmp_path / "cache")
        assert ran.code == code, ran
        said = json.loads(ran.out)
        assert {one["path"]: one["aside"] for one in said["inputs"] if one["aside"]} == dict.fromkeys(left, "证号录错")
        assert "花名册.xlsx（证号录错）" in next(one["value"] for one in said["assumptions"] if one["id"] == "S5")


def test_several_workers_say_what_one_says(tmp_path: Path) -> None:
    folder = written(scenarios.two_halves, tmp_path / "class")
    one, two = (
        xueshi("verify", folder, "--json", "-", "--workers", workers, "--no-cache", cache=tmp_path / "cache").out
        for workers in (1, 2)
    )
    assert json.loads(one)["hours"] == json.loads(two)["hours"]


def test_doctor_looks_at_no_picture_and_names_what_is_wrong(tmp_path: Path) -> None:
    folder = written(scenarios.hurt_no_moov, tmp_path / "class")
    (folder / "花名册.xlsx").unlink()
    ran = xueshi("doctor", folder, cache=tmp_path / "cache")
    assert ran.code == 20
    assert "没有可用的花名册" in ran.out
    assert "重新导出" in ran.out
    assert "只看人脸" in ran.out
    assert xueshi("doctor", honest(tmp_path / "good"), cache=tmp_path / "cache").code == 0


def test_a_folder_that_is_not_there_is_told_plainly_and_code_2(tmp_path: Path) -> None:
    ran = xueshi("verify", tmp_path / "nowhere", cache=tmp_path / "cache")
    assert ran.code == 2
    assert [line[0] for line in ran.err.strip().splitlines()[-2:]] == ["✗", "→"], "what is wrong, and who must act"


def test_a_report_folder_that_cannot_be_written_says_where_else(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    (tmp_path / "file").write_text("x")
    ran = xueshi("verify", folder, "--out", tmp_path / "file" / "below", cache=tmp_path / "cache")
    assert ran.code == 69
    assert "--out" in ran.err


def test_no_full_id_number_name_or_phone_leaves_in_any_file(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    xueshi("verify", folder, cache=tmp_path / "cache")
    people = scenarios.honest_hour.scenario.people
    from_roster = {person.id_number.digits for person in identities(people, 1)}
    names = {person.name for person in identities(people, 1)}
    for file in (folder / "核验报告").iterdir():
        text = file.read_text("utf-8")
        assert not [number for number in from_roster if number in text]
        assert not [name for name in names if f">{name}<" in text or f'"{name}"' in text]
    shutil.rmtree(folder / "核验报告")
