import pytest

from facts.names import masked_name, normal_name


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("王 小明", "王小明"),
        ("王\u3000小明\u200b", "王小明"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提‧吐尔逊", "买买提・吐尔逊"),
        ("ＷＡＮＧ", "WANG"),
    ],
)
def test_names_that_are_the_same_compare_equal(left: str, right: str) -> None:
    assert normal_name(left) == normal_name(right)


def test_rare_characters_outside_the_basic_plane_survive() -> None:
    assert normal_name("𠮷田") == "𠮷田"


@pytest.mark.parametrize(("name", "shown"), [("王五", "王*"), ("王小明", "王**"), ("王", "王"), ("", "*")])
def test_a_masked_name_keeps_its_first_character_only(name: str, shown: str) -> None:
    assert masked_name(name) == shown
