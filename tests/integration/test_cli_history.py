"""From two registry files to a doubt on the screen, as a clerk of the paying desk would do it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from demo.identity import identities

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = identities(4)
REALNAME = "姓名,身份证号,培训机构,班期编号,培训类型,培训工种,等级,开班日期,结业日期,天数,银行账号"


class Desk:
    """The command line with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {**os.environ, "XUESHI_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}

    def run(
        self, *words: str, text: str = "", environ: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        line = (sys.executable, "-m", "cli.main", "history", *words)
        own = {**self.environ, **(environ or {})}
        return subprocess.run(line, input=text, capture_output=True, text=True, env=own, cwd=self.folder, check=False)  # noqa: S603 - our own words

    def write(self, name: str, *lines: str) -> str:
        (self.folder / name).write_text("\n".join(lines), "utf-8-sig")
        return name


def enrolment(number: int, school: str, first: str = "2024-03-04", account: str = "") -> str:
    one = PEOPLE[number]
    return f"{one.name},{one.id_number.digits},{school},{school}1班,项目制,焊工,初级工,{first},2024-03-13,10,{account}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def everything_written(desk: Desk) -> bytes:
    return b"".join(path.read_bytes() for path in (desk.folder / "home").rglob("*") if path.is_file())


def test_a_clerk_imports_two_registries_and_reads_the_doubts(desk: Desk) -> None:
    classes = desk.write(
        "实名制.csv",
        REALNAME,
        enrolment(0, "甲校", account="990011112222"),
        enrolment(1, "乙校", account="990011112222"),
        enrolment(0, "乙校"),
    )
    pension = desk.write(
        "养老.csv", "姓名,身份证号,退休时间", f"{PEOPLE[1].name},{PEOPLE[1].id_number.digits},2020-05-01"
    )
    done = desk.run("import", classes, "--as", "realname")
    assert (done.returncode, "已导入 3 行" in done.stdout) == (0, True), done.stderr
    assert desk.run("import", pension, "--as", "pension").returncode == 0
    again = desk.run("import", pension, "--as", "pension")
    assert "已导入过" in again.stdout

    shown = desk.run("doubts", "--policy", "linxian-2023").stdout
    for words in ("一个银行账号", "领取养老金", "重叠 10 天", "2 次，规则最多 1 次", "4 条疑点", "也可能是", "LX-D1"):
        assert words in shown
    lines = desk.run("doubts", "--json", "-", "--detector", "pension.trainee").stdout.splitlines()
    (doubt,) = map(json.loads, lines)
    assert doubt["schema"] == "xueshi.history-doubt/1"
    assert doubt["doubt"]["kind"] == "pension.trainee"
    assert desk.run("doubts", "--since", "2025-01-01", "--lang", "en").stdout.startswith("0 doubts")

    status = json.loads(desk.run("status", "--json").stdout)
    assert (status["counts"]["enrolments"], len(status["imports"])) == (3, 2)
    own = desk.run("person", text=PEOPLE[0].id_number.digits + "\n")
    assert "甲校1班" in own.stdout

    outputs = shown + "".join(lines) + own.stdout + done.stdout
    for person in PEOPLE:
        assert person.id_number.digits not in outputs
        assert person.name not in outputs
        assert person.id_number.digits.encode() not in everything_written(desk)
    assert b"990011112222" not in everything_written(desk)


def test_a_faulty_file_is_told_cell_by_cell_and_not_imported(desk: Desk) -> None:
    file = desk.write("实名制.csv", REALNAME, enrolment(0, "甲校", "去年"), enrolment(1, "乙校"))
    done = desk.run("import", file, "--as", "realname", "--lang", "en")
    assert done.returncode == 2
    assert "实名制.csv!H2" in done.stdout
    assert "nothing was imported" in done.stdout
    assert json.loads(desk.run("status", "--json").stdout)["counts"]["enrolments"] == 0
    kept = desk.run("import", file, "--as", "realname", "--leave-out-faulty")
    assert (kept.returncode, "已导入 1 行，略去 1 行" in kept.stdout) == (0, True)


def test_a_detector_or_parameter_that_is_not_known_is_refused(desk: Desk) -> None:
    assert "history detectors" in desk.run("doubts", "--detector", "magic").stderr
    wrong = desk.run("doubts", "--set", "account.shared.people=many")
    assert (wrong.returncode, "account.shared.people" in wrong.stderr) == (2, True)


def test_a_parameter_changes_what_is_listed(desk: Desk) -> None:
    file = desk.write("a.csv", REALNAME, *(enrolment(number, "甲校", account="990011112222") for number in (0, 1)))
    desk.run("import", file, "--as", "realname")
    assert "1 条疑点" in desk.run("doubts").stdout
    assert "0 条疑点" in desk.run("doubts", "--set", "account.shared.people=3").stdout


def test_without_its_key_the_history_does_not_say_who_anybody_is(desk: Desk) -> None:
    file = desk.write("a.csv", REALNAME, enrolment(0, "甲校"))
    desk.run("import", file, "--as", "realname")
    (desk.folder / "home" / "keys" / "history.key").unlink()
    done = desk.run("person", text=PEOPLE[0].id_number.digits)
    assert done.returncode == 69
    assert PEOPLE[0].id_number.digits not in done.stdout + done.stderr


def test_detectors_and_registries_are_listed_in_both_languages(desk: Desk) -> None:
    for lang, words in (("zh", ("重叠多少分钟", "养老待遇名单")), ("en", ("how many minutes", "monthly pension"))):
        shown = desk.run("detectors", "--lang", lang).stdout + desk.run("registries", "--lang", lang).stdout
        for each in words:
            assert each in shown.replace("\n", "")
