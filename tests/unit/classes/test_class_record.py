"""What a clerk must type of a class: every fault is told at once, and a correction is asked only for what it changes."""

import pytest

from runtime.classes.class_record import MOST_CHARS, form_refusals

GOOD = dict.fromkeys(MOST_CHARS, "") | {"code": "2025-04-JZ1", "name": "家政服务员1班", "locality": "山西省阳泉市"}


def test_a_class_with_code_name_and_place_has_no_fault() -> None:
    assert list(form_refusals(GOOD)) == []


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("code", "", "请写编号"),
        ("code", "a b", "不能有空格"),
        ("code", "x" * 101, "最多 100 个字"),
        ("name", "", "请写班名"),
        ("name", "家政\u200b1班", "不可见的字符"),
        ("programme", "x" * 201, "最多 200 个字"),
        ("locality", "阳泉", "地点应写全名"),
        ("policy", "nothing", "没有这份政策文件"),
    ],
)
def test_each_fault_stands_at_its_field(field: str, text: str, words: str) -> None:
    (one,) = form_refusals(GOOD | {field: text})
    assert one.where == field
    assert words in one.text.zh


def test_every_fault_is_told_at_once() -> None:
    wrong = GOOD | {"code": "a b", "name": "", "locality": "阳泉"}
    assert [one.where for one in form_refusals(wrong)] == ["code", "name", "locality"]


def test_a_correction_of_the_level_alone_asks_for_nothing_else() -> None:
    assert list(form_refusals({"level": "中级工"})) == []
