"""What Windows cannot keep under its own name is not taken in, so that evidence can be carried to an office PC."""

import pytest

from runtime.uploads.own_names import own_name_refusal, same_name
from storage.uploads.file_names import name_fault

DEVICES = ["CON", "nul", "Aux", "PRN", "COM1", "lpt9", "COM¹", "LPT³", "CONIN$", "conout$"]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", ["{}.mp4", "{}/CH01.mp4", "{} .mp4", "{}.录像.mp4"])
def test_a_device_is_no_name(device: str, name: str) -> None:
    assert name_fault(name.format(device), "recording") is not None


@pytest.mark.parametrize(
    "name",
    ["a./b.mp4", "a /b.mp4", "b.mp4 ", "b.mp4.", "a\\b.mp4", "..\\b.mp4", "a:b.mp4", "a?.mp4", "a*b.mp4", "a|b.mp4"],
)
def test_what_windows_would_change_or_refuse_is_no_name(name: str) -> None:
    assert name_fault(name, "recording") is not None


def test_a_name_that_breaks_the_longest_path_is_told_before_it_is_sent() -> None:
    assert name_fault("录" * 60 + ".mp4", "recording") is None
    assert name_fault("录" * 260 + ".mp4", "recording") is not None
    assert name_fault("/".join(["夹" * 50] * 5) + "/a.mp4", "recording") is not None


@pytest.mark.parametrize(
    "name", ["console.mp4", "communication.mp4", "COM10.mp4", "nullen.mp4", "录像 CON.mp4", "ＣＯＮ.mp4"]
)
def test_what_only_looks_like_a_device_is_a_name(name: str) -> None:
    assert name_fault(name, "recording") is None


@pytest.mark.parametrize(
    "name", ["class.toml", "CLASS.TOML", "Class.toml.", "class.toml ", "a\\class.toml", "ｃｌａｓｓ.toml"]
)
def test_a_twin_of_the_services_own_file_is_its_own(name: str) -> None:
    assert own_name_refusal(name) is not None


def test_twins_in_capitals_are_one_name() -> None:
    assert same_name("录像/CH01.MP4") == same_name("录像\\ch01.mp4")
