"""The check of locked versions against advisories that lie in a folder."""

import json
from pathlib import Path

import pytest

from deploy.advisories import hits, locked, main
from tests.fixtures.paths import ROOT

RANGE = {
    "type": "ECOSYSTEM",
    "events": [{"introduced": "0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"last_affected": "2.1"}],
}


def record(**changes: object) -> dict[str, object]:
    affected = {"package": {"ecosystem": "PyPI", "name": "Some_Thing"}, "ranges": [RANGE], "versions": ["3.0rc1"]}
    return {"id": "X-1", "modified": "2026-11-01T00:00:00Z", "summary": "a\nfault", "affected": [affected]} | changes


@pytest.mark.parametrize("version", ["1.4.9", "2.0", "2.1", "3.0rc1"])
def test_a_version_that_a_range_or_a_list_has_is_told(version: str) -> None:
    assert list(hits(record(), {"some-thing": {version}})) == [f"some-thing {version}: X-1 a fault"]


@pytest.mark.parametrize("version", ["1.5", "1.9", "2.1.1", "3.0"])
def test_a_version_that_is_mended_is_not_told(version: str) -> None:
    assert list(hits(record(), {"some-thing": {version}})) == []


def test_withdrawn_records_and_other_ecosystems_speak_of_nothing() -> None:
    pins = {"some-thing": {"1.0"}}
    other = [{"package": {"ecosystem": "npm", "name": "some-thing"}, "versions": ["1.0"]}]
    assert list(hits(record(withdrawn="2026-11-02T00:00:00Z"), pins)) == []
    assert list(hits(record(affected=other), pins)) == []


def test_the_locks_of_this_repository_are_read_and_a_finding_ends_with_30(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pins = locked([ROOT / "requirements" / "run.txt"])
    (version,) = pins["sqlalchemy"]
    assert main([str(tmp_path)]) == 2
    (tmp_path / "a.json").write_text(json.dumps(record()))
    assert main([str(tmp_path)]) == 0
    assert "1 advisory, the newest of 2026-11-01T00:00:00Z: 0" in capsys.readouterr().out
    ours = [{"package": {"ecosystem": "PyPI", "name": "SQLAlchemy"}, "versions": [version]}]
    (tmp_path / "b.json").write_text(json.dumps(record(affected=ours)))
    assert main([str(tmp_path)]) == 30
    assert f"✗ sqlalchemy {version}: X-1" in capsys.readouterr().out
