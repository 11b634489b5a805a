"""What people settled reaches the judgement of a folder under its own name."""

from pathlib import Path

from runtime.verification.class_folder import read_folder


def test_settled_doubts_are_settled_and_no_keys_of_time_codes(tmp_path: Path) -> None:
    inputs = read_folder(tmp_path, settled=("SEEN_OTHER_DAY:abc",)).inputs
    assert (inputs.settled, inputs.code_keys) == (("SEEN_OTHER_DAY:abc",), ())
