"""Every command opens, helps in either language, and costs nothing that it does not use."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.commands import COMMANDS
from cli.language import help_language, spoken
from cli.main import app
from cli.terminal import Lang
from tests.fixtures.paths import ROOT


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_in_one_language_what_it_does_with_examples_before_the_options(name: str, lang: Lang) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200", "XUESHI_LANG": lang})
    assert shown.exit_code == 0, shown.output
    top, _, rest = shown.output.partition("╭─")
    assert rest
    assert [call for call in COMMANDS[name].calls if call not in top] == []
    top = "\n".join(line for line in top.splitlines() if "• xueshi" not in line)
    if lang is Lang.ZH:
        assert re.search(r"[\u4e00-\u9fff]", top)
        assert not re.search(r" \| [a-z]", shown.output)
    else:
        assert not re.search(r"[\u4e00-\u9fff]", top), top


def test_the_top_lists_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert [name for name in COMMANDS if f" {name} " not in shown] == []


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["claim", "--help"]], ids=" ".join)
def test_help_is_in_one_language_in_typers_own_words_too(words: list[str]) -> None:
    told = {
        lang: CliRunner().invoke(app, words, env={"COLUMNS": "200", "XUESHI_LANG": lang}).output
        for lang in ("zh", "en")
    }
    for zh, en in (("用法：", "Usage:"), ("选项", "Options"), ("显示本页后退出", "Show this message and exit.")):
        assert zh in told["zh"]
        assert en not in told["zh"]
        assert en in told["en"]
        assert zh not in told["en"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_tops_line_is_the_first_of_the_commands_own_help(name: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group.get_command(typer.Context(group), name)
    assert command is not None
    assert spoken(COMMANDS[name].help, help_language()) == (command.help or "").split("\n\n")[0]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("核验一个班期 | judge a class.", "核验一个班期", "judge a class."),
        ("放哪里（默认这里）| where.", "放哪里（默认这里）", "where."),
        ("语言 language", "语言", "language"),
        ("退出码 exit codes: 0 好 good · 30 坏 bad", "退出码：0 好 · 30 坏", "exit codes: 0 good · 30 bad"),
        ("一 | one.\n\n二 | two.", "一\n\n二", "one.\n\ntwo."),
        ("a | b", "a | b", "a | b"),
    ],
)
def test_a_text_in_both_languages_is_shown_in_one(text: str, zh: str, en: str) -> None:
    assert (spoken(text, Lang.ZH), spoken(text, Lang.EN)) == (zh, en)


def test_the_version_names_the_database_s_schema_and_the_commit() -> None:
    said = CliRunner().invoke(app, ["--version"]).output
    assert re.fullmatch(r"xueshi \S+ · schema \d{4} · commit [0-9a-f]{12}\n", said) or not (ROOT / ".git").exists()


def test_an_empty_folder_is_told_what_was_looked_for(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["verify", str(tmp_path), "--lang", "en"], env={"COLUMNS": "300"}).output
    assert "0 files were read; looked for: a timetable" in said
    assert "xueshi example DIR" in said
