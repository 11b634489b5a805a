"""``xueshi models`` as an operator runs it, with and without a network."""

import json
from pathlib import Path

from tests.fixtures.folders import xueshi
from tests.fixtures.shared_models import shared_models


def test_without_weights_the_list_says_what_to_run_and_check_tries_what_is_there(tmp_path: Path) -> None:
    listed = xueshi("models", "list", cache=tmp_path)
    assert listed.code == 0
    assert "xueshi models pull bhh-nano" in listed.out
    checked = xueshi("models", "check", cache=tmp_path)
    assert checked.code == 0
    assert checked.out.count("probe passed") == 1


def test_the_list_as_json_names_places_and_presence(tmp_path: Path) -> None:
    states = json.loads(xueshi("models", "list", "--json", cache=tmp_path).out)
    assert [state["presence"] for state in states] == ["ready", "absent", "absent", "absent"]
    assert [len(state["weights"]) for state in states] == [1, 1, 1, 2]


def test_the_recommended_set_comes_from_a_folder_and_passes_its_probes(tmp_path: Path) -> None:
    pulled = xueshi("models", "pull", "--from", shared_models(), cache=tmp_path)
    assert pulled.code == 0, pulled
    assert pulled.out.count("probe passed") == 3
    assert xueshi("models", "check", cache=tmp_path).out.count("probe passed") == 4


def test_a_folder_that_lacks_them_fails_with_what_to_carry(tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    ran = xueshi("models", "pull", "--from", tmp_path / "usb", cache=tmp_path)
    assert ran.code == 69
    assert ".tflite" in ran.err
    assert "person-detection-action-recognition-0005.xml" in ran.err
    assert "Traceback" not in ran.err


def test_an_unknown_name_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    ran = xueshi("models", "pull", "yolo", cache=tmp_path)
    assert ran.code == 2
    assert "centerface, bhh-nano, bhh-nano-half, person-0005" in ran.err
