import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.main import run
from cli.terminal import wrapped
from policy.shelf import packaged_texts
from tests.fixtures.county_rulebook import COUNTY, PLACE, county_folder
from tests.fixtures.paths import ROOT
from tests.fixtures.rulebooks import renamed, sealed_text

Said = pytest.CaptureFixture[str]


def call(capsys: Said, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run(list(arguments))
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def program(command: str, width: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": str(width), "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli.main", *command.split()],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_list_names_every_document_and_says_that_yangquan_has_lapsed(capsys: Said) -> None:
    code, out, _ = call(capsys, "policy", "list", "--as-of", "2026-11-21")
    assert code == 0
    assert out.count("已失效 ") == 5
    assert "阳人社规发〔2024〕2号" in out


def test_list_on_an_earlier_day_says_in_force(capsys: Said) -> None:
    _, out, _ = call(capsys, "policy", "list", "--as-of", "2025-03-01", "--lang", "en")
    assert out.count("in force") == 1


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "command",
    [
        "policy list",
        "policy show linxian-2023",
        "policy diff yangquan-2024 wuyi-2020",
        "explain LX-M7 --lang en",
        "policy lint --help",
    ],
)
def test_no_line_is_wider_than_the_screen(width: int, command: str) -> None:
    done = program(command, width)
    assert done.returncode == 0
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= width


def test_explain_shows_clause_quote_formula_assumptions_and_state(capsys: Said) -> None:
    code, out, _ = call(capsys, "explain", "yq-v1", "--as-of", "2026-11-21")
    assert code == 0
    for words in (
        "第十一条",
        "「理论教学、实操培训每学时连续录像不低于10分钟」",
        "600 秒",
        "max_gap_s = 2",
        "A5",
        "已失效",
    ):
        assert words in out


def test_explain_in_english(capsys: Said) -> None:
    _, out, _ = call(capsys, "explain", "YQ-V1", "--lang", "en", "--as-of", "2025-01-01")
    assert "at least 600 s" in " ".join(out.split())
    assert "in force (until 2026-10-15)" in out


def test_explain_as_json_carries_the_parameters(capsys: Said) -> None:
    _, out, _ = call(capsys, "explain", "YQ-M2", "--json")
    said = json.loads(out)
    assert said["params"]["threshold"] == "4/5"
    assert said["rulebook"]["id"] == "yangquan-2024"
    assert [item["id"] for item in said["assumptions"]] == ["A8", "A11"]


def test_an_unknown_rule_is_one_line_with_who_must_act_and_exit_2(capsys: Said) -> None:
    code, out, err = call(capsys, "explain", "YQ-V11")
    assert (code, out) == (2, "")
    assert [line[0] for line in err.splitlines()] == ["✗", "→"]
    assert "YQ-V1" in err


def test_show_as_json_is_the_whole_rulebook(capsys: Said) -> None:
    _, out, _ = call(capsys, "policy", "show", "wuyi-2020", "--json")
    assert {rule["id"] for rule in json.loads(out)["rules"]} >= {"WY-M1", "WY-T1"}


def test_lint_of_the_shipped_rulebooks_is_clean(capsys: Said) -> None:
    code, out, _ = call(capsys, "policy", "lint")
    assert code == 0
    assert "0 处错误" in out


def test_lint_names_every_fault_of_every_file(capsys: Said, tmp_path: Path) -> None:
    text = packaged_texts()["yangquan-2024.toml"]
    (tmp_path / "a.toml").write_text(text.replace("不低于10分钟", "不低于8分钟"), "utf-8")
    (tmp_path / "b.toml").write_text(
        text.replace("min_s = 600", "min_s = 0").replace("years = 2", "years = 0"), "utf-8"
    )
    code, out, _ = call(capsys, "policy", "lint", str(tmp_path / "a.toml"), str(tmp_path / "b.toml"))
    assert code == 1
    assert "「理论教学、实操培训每学时连续录像不低于8分钟」" in out
    assert "YQ-V1.min_s" in out
    assert "YQ-V3.years" in out
    assert "3 处错误" in out


def test_lint_looks_at_the_folder_of_rulebooks_too(capsys: Said, tmp_path: Path) -> None:
    books, path = county_folder(tmp_path / "books"), tmp_path / "next.toml"
    text = renamed("huidong-2028", "HE", places=f'["{PLACE}"]', level="county", replaces=f'books = ["{COUNTY}"]')
    path.write_text(sealed_text(text), "utf-8")
    assert "the unknown rulebook" in call(capsys, "policy", "lint", str(path))[1]
    code, out, _ = call(capsys, "policy", "lint", str(path), "--rulebooks", str(books))
    assert "a document of the same or a lower level" in out, code


def test_lint_of_a_file_that_is_not_there(capsys: Said) -> None:
    code, _, err = call(capsys, "policy", "lint", "nowhere.toml")
    assert code == 2
    assert "nowhere.toml: got no such file" in err


def test_a_county_is_added_by_one_file(capsys: Said, tmp_path: Path) -> None:
    """From the scaffold through lint and seal to the list, without a line of Python."""
    sources, books = tmp_path / "documents", tmp_path / "books"
    sources.mkdir()
    books.mkdir()
    (sources / "101_pingding.txt").write_text("第三条 每学时连续录像\n不低于 10 分钟。", "utf-8")
    path = books / "pingding-2027.toml"
    made = "policy new pingding-2027 --prefix PD --place 山西省/大同市/云冈区 --first 2027-01-01 --source 101 --out"
    assert call(capsys, *made.split(), str(path))[0] == 0
    assert call(capsys, *made.split(), str(path))[0] == 2  # nothing is overwritten
    assert call(capsys, "policy", "lint", str(path), "--sources", str(sources))[0] == 1
    path.write_text(path.read_text("utf-8").replace("（逐字抄录原文）", "每学时连续录像不低于10分钟"), "utf-8")
    assert call(capsys, "policy", "seal", str(path), "--sources", str(sources))[0] == 0
    assert call(capsys, "policy", "lint", str(path), "--sources", str(sources))[0] == 0
    _, out, _ = call(capsys, "policy", "list", "--rulebooks", str(books))
    assert "pingding-2027" in out
    assert call(capsys, "explain", "PD-V1", "--rulebooks", str(books))[0] == 0


def test_seal_refuses_a_quote_that_is_not_in_the_document(capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "001.txt").write_text("别的文字", "utf-8")
    path = tmp_path / "yq.toml"
    path.write_text(packaged_texts()["yangquan-2024.toml"], "utf-8")
    code, _, err = call(capsys, "policy", "seal", str(path), "--sources", str(tmp_path))
    assert code == 2
    assert "理论教学" in err
    assert path.read_text("utf-8") == packaged_texts()["yangquan-2024.toml"]


def test_diff_shows_what_differs(capsys: Said) -> None:
    _, out, _ = call(capsys, "policy", "diff", "yangquan-2024", "linxian-2023")
    assert "5000" in out
    assert "4000" in out
    _, same, _ = call(capsys, "policy", "diff", "wuyi-2020", "wuyi-2020")
    assert "规定相同" in same


@pytest.mark.parametrize(
    "command", ["", "policy", "policy list", "policy show", "policy lint", "policy seal", "policy new", "explain"]
)
def test_every_command_has_help(capsys: Said, command: str) -> None:
    code, out, _ = call(capsys, *command.split(), "--help")
    assert code == 0
    assert "用法：" in out


def test_an_unknown_option_is_a_usage_error(capsys: Said) -> None:
    code, _, err = call(capsys, "policy", "list", "--nonsense")
    assert code == 2
    assert "--nonsense" in err


def test_a_place_that_cannot_be_written_is_said_so(capsys: Said, tmp_path: Path) -> None:
    target = tmp_path / "no" / "such" / "folder.toml"
    made = "policy new x-2027 --prefix X --place 山西省/大同市 --first 2027-01-01 --out"
    code, _, err = call(capsys, *made.split(), str(target))
    assert code == 2
    assert "cannot be written" in err


@pytest.mark.parametrize("width", [10, 16, 40])
def test_long_sentences_are_broken_as_print_is(width: int) -> None:
    text = "每学时 [起, 止) 内，同一摄像机最长连续段 ≥ 600 秒（断点 ≤ 2 秒视为连续）；就业率达不到的，按 LX-M1"
    lines = wrapped(text, width).split("\n")
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not any(line[0] in "，。；）、" for line in lines)


def test_as_a_program_with_its_output_in_a_pipe() -> None:
    done = program("policy list", 80)
    assert (done.returncode, done.stderr) == (0, "")
    assert "yangquan-2024" in done.stdout
    assert program("--version", 80).stdout.startswith("xueshi")
