"""What several nodes share is made once, by commands: every key, and a bucket beside the evidence."""

import stat
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from facts.errors import InputError
from storage.database.verification.facts_keys import KEY_FILE as FACTS
from storage.history.keys import KEY_FILE as HISTORY


def test_keys_for_several_nodes_are_made_at_once_and_never_again(tmp_path: Path) -> None:
    line = ["keys", "init", "--all", "--keys", str(tmp_path / "keys")]
    assert CliRunner().invoke(app, line).exit_code == 0
    made = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    assert {FACTS, HISTORY} < set(made)
    assert not [path for path in (tmp_path / "keys").iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    CliRunner().invoke(app, line)
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == made


def test_one_node_makes_the_signing_key_alone(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["keys", "init", "--keys", str(tmp_path / "keys")]).exit_code == 0
    assert not {FACTS, HISTORY} & {path.name for path in (tmp_path / "keys").iterdir()}


def test_evidence_and_blobs_get_a_place_each(tmp_path: Path) -> None:
    evidence, blobs = str(tmp_path / "evidence"), str(tmp_path / "blobs")
    told = CliRunner().invoke(app, ["store", "init", evidence, "--blobs", blobs], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    assert (tmp_path / "blobs").is_dir()
    assert f"{blobs}: 已建好" in told.output
    again = CliRunner().invoke(app, ["store", "init", evidence, "--blobs", blobs], env={"COLUMNS": "200"})
    assert f"{blobs}: 已存在" in again.output


def test_evidence_and_blobs_in_one_place_are_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["store", "init", str(tmp_path), "--blobs", f"{tmp_path}/"])
    assert isinstance(told.exception, InputError)
    assert "expected two" in str(told.exception)
    assert not list(tmp_path.iterdir())
