"""From two registry files to a doubt on the screen, as a clerk of the paying office would do it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import run
from demo.identity import identities
from tests.fixtures.paths import ROOT

PEOPLE = identities(4)
Captured = pytest.CaptureFixture[str]
REALNAME = "姓名,身份证号,培训机构,班期编号,培训类型,培训工种,等级,开班日期,结业日期,天数,银行账号"


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a call printed, line ends left out, and how it ended."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """The output as if no line had been broken."""
        return re.sub(r"\s+", "", self.stdout)


class CommandLine:
    """The command line with a home of its own; what is typed at a prompt needs a process of its own."""

    def __init__(self, folder: Path, captured: Captured) -> None:
        self.folder, self._said = folder, captured
        self.keys = folder / "home" / "keys"
        self._place = ("--db", f"sqlite:///{folder / 'home' / 'h.db'}")

    def run(self, *words: str) -> CommandResult:
        keys = ("--keys", str(self.keys)) if words[0] == "import" else ()
        place = () if words[0] in {"detectors", "registries"} else self._place
        try:
            run(["history", *words, *place, *keys])
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = self._said.readouterr()
        return CommandResult(code, captured.out, captured.err)

    def person(self, number: str) -> CommandResult:
        line = (sys.executable, "-m", "cli.main", "history", "person", *self._place, "--keys", str(self.keys))
        own = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(line, input=number, capture_output=True, text=True, env=own, check=False)  # noqa: S603 - our own words
        return CommandResult(done.returncode, done.stdout, done.stderr)

    def write(self, name: str, *lines: str) -> str:
        path = self.folder / name
        path.write_text("\n".join(lines), "utf-8-sig")
        return str(path)


def enrolment(number: int, school: str, first: str = "2024-03-04", account: str = "") -> str:
    one = PEOPLE[number]
    return f"{one.name},{one.id_number.digits},{school},{school}1班,项目制,焊工,初级工,{first},2024-03-13,10,{account}"


@pytest.fixture
def command(tmp_path: Path, capsys: Captured) -> CommandLine:
    return CommandLine(tmp_path, capsys)


def everything_written(command: CommandLine) -> bytes:
    return b"".join(path.read_bytes() for path in (command.folder / "home").rglob("*") if path.is_file())


def test_a_clerk_imports_two_registries_and_reads_the_doubts(command: CommandLine) -> None:
    classes = command.write(
        "实名制.csv",
        REALNAME,
        enrolment(0, "甲校", account="990011112222"),
        enrolment(1, "乙校", account="990011112222"),
        enrolment(0, "乙校"),
    )
    pension = command.write(
        "养老.csv", "姓名,身份证号,退休时间", f"{PEOPLE[1].name},{PEOPLE[1].id_number.digits},2020-05-01"
    )
    done = command.run("import", classes, "--as", "realname")
    assert (done.returncode, "已导入 3 行" in done.stdout) == (0, True), done.stderr
    assert command.run("import", pension, "--as", "pension").returncode == 0
    again = command.run("import", pension, "--as", "pension")
    assert "已导入过" in again.stdout

    shown = command.run("doubts", "--policy", "linxian-2023").words
    for words in ("一个银行账号", "领取养老金", "重叠10天", "2次，规则最多1次", "4条疑点", "也可能是", "LX-D1"):
        assert words in shown
    lines = command.run("doubts", "--json", "-", "--detector", "pension.trainee").stdout.splitlines()
    (doubt,) = map(json.loads, lines)
    assert doubt["schema"] == "xueshi.history-doubt/1"
    assert doubt["doubt"]["kind"] == "pension.trainee"
    assert command.run("doubts", "--since", "2025-01-01", "--lang", "en").stdout.startswith("0 doubts")

    status = json.loads(command.run("status", "--json").stdout)
    assert (status["counts"]["enrolments"], len(status["imports"])) == (3, 2)
    own = command.person(PEOPLE[0].id_number.digits + "\n")
    assert "甲校1班" in own.words

    outputs = shown + "".join(lines) + own.stdout + done.stdout
    for person in PEOPLE:
        assert person.id_number.digits not in outputs
        assert person.name not in outputs
        assert person.id_number.digits.encode() not in everything_written(command)
    assert b"990011112222" not in everything_written(command)


def test_a_faulty_file_is_told_cell_by_cell_and_not_imported(command: CommandLine) -> None:
    file = command.write("实名制.csv", REALNAME, enrolment(0, "甲校", "去年"), enrolment(1, "乙校"))
    done = command.run("import", file, "--as", "realname", "--lang", "en")
    assert done.returncode == 2
    assert "实名制.csv!H2" in done.stdout
    assert "nothing was imported" in done.stdout
    assert json.loads(command.run("status", "--json").stdout)["counts"]["enrolments"] == 0
    kept = command.run("import", file, "--as", "realname", "--leave-out-faulty")
    assert (kept.returncode, "已导入 1 行，略去 1 行" in kept.stdout) == (0, True)


def test_a_detector_or_parameter_that_is_not_known_is_refused(command: CommandLine) -> None:
    assert "history detectors" in command.run("doubts", "--detector", "magic").stderr
    wrong = command.run("doubts", "--set", "account.shared.people=many")
    assert (wrong.returncode, "account.shared.people" in wrong.stderr) == (2, True)


def test_a_parameter_changes_what_is_listed(command: CommandLine) -> None:
    file = command.write("a.csv", REALNAME, *(enrolment(number, "甲校", account="990011112222") for number in (0, 1)))
    command.run("import", file, "--as", "realname")
    assert "1条疑点" in command.run("doubts").words
    assert "0条疑点" in command.run("doubts", "--set", "account.shared.people=3").words


def test_without_its_key_the_history_does_not_say_who_anybody_is(command: CommandLine) -> None:
    file = command.write("a.csv", REALNAME, enrolment(0, "甲校"))
    command.run("import", file, "--as", "realname")
    (command.keys / "history.key").unlink()
    done = command.person(PEOPLE[0].id_number.digits)
    assert done.returncode == 69
    assert PEOPLE[0].id_number.digits not in done.stdout + done.stderr


def test_detectors_and_registries_are_listed_in_both_languages(command: CommandLine) -> None:
    for lang, words in (("zh", ("重叠多少分钟", "养老待遇名单")), ("en", ("how many minutes", "monthlypension"))):
        shown = (
            command.run("detectors", "--lang", lang, "--json").stdout + command.run("registries", "--lang", lang).words
        )
        for each in words:
            assert each in shown
