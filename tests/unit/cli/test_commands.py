"""Every command opens, helps in both languages, and costs nothing that it does not use."""

import re

import pytest
import typer
from typer.testing import CliRunner

from cli.commands import COMMANDS
from cli.main import app


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_in_both_languages_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert re.search(r"[\u4e00-\u9fff]", shown.output)
    assert re.search(r"\| [a-z]", shown.output)
    assert not COMMANDS[name].calls or "示例 examples:" in shown.output


def test_the_top_lists_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert [name for name in COMMANDS if f" {name} " not in shown] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_tops_line_is_the_first_of_the_commands_own_help(name: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group.get_command(typer.Context(group), name)
    assert command is not None
    assert COMMANDS[name].help == (command.help or "").split("\n\n")[0]
