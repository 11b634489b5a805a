import pytest

from policy.lint import lint, sealed
from policy.loader import read_draft
from policy.shelf import packaged_texts

TEXTS = packaged_texts()
BOOKS = pytest.mark.parametrize("name", TEXTS)


@BOOKS
def test_the_shipped_rulebook_has_no_fault(name: str) -> None:
    assert lint(TEXTS[name], name) == ()


@BOOKS
def test_every_quote_stands_in_the_document(name: str, sources: dict[str, str]) -> None:
    assert lint(TEXTS[name], name, sources) == ()


@BOOKS
def test_a_change_of_one_character_in_any_quote_is_found_without_the_source(name: str) -> None:
    text = TEXTS[name]
    for quoted in read_draft(text, name).quotes:
        flipped = quoted.text[:-1] + ("乙" if quoted.text[-1] != "乙" else "甲")
        faults = lint(text.replace(f'"{quoted.text}"', f'"{flipped}"'), name)
        assert any(flipped in fault.got and quoted.owner in fault.where for fault in faults), quoted


@BOOKS
def test_a_changed_quote_is_named_against_the_source_too(name: str, sources: dict[str, str]) -> None:
    quoted = read_draft(TEXTS[name], name).quotes[0]
    changed = TEXTS[name].replace(f'"{quoted.text}"', f'"{quoted.text}吗"')
    messages = [str(fault) for fault in lint(changed, name, sources)]
    assert any(f"「{quoted.text}吗」" in line and "stand in" in line for line in messages)


def test_a_half_width_comma_for_a_full_width_one_is_a_changed_quote() -> None:
    name = "yangquan-2024.toml"
    assert lint(TEXTS[name].replace("之后每人每天100元，最高", "之后每人每天100元,最高"), name)


def test_white_space_in_a_quote_changes_nothing() -> None:
    name = "yangquan-2024.toml"
    assert lint(TEXTS[name].replace("不低于10分钟", "不低于 10 分钟"), name) == ()


def test_a_quote_that_was_never_sealed_is_a_fault() -> None:
    name = "wuyi-2020.toml"
    unsealed = "\n".join(line for line in TEXTS[name].splitlines() if not line.startswith("WY-M2 ="))
    [fault] = lint(unsealed, name)
    assert "WY-M2" in fault.where
    assert "seal" in fault.remedy


def test_sealing_twice_is_sealing_once() -> None:
    for name, text in TEXTS.items():
        assert sealed(text, read_draft(text, name)) == text


def test_sealing_anew_keeps_the_rules_written_after_the_seal() -> None:
    name = "wuyi-2020.toml"
    head, _, last = TEXTS[name].rpartition("[[papers]]")
    papers, _, seal = last.partition("# SHA-256")
    moved = f"{head}# SHA-256{seal}\n[[papers]]{papers}"
    again = sealed(moved, read_draft(moved, name))
    assert lint(again, name) == ()
    assert again.count("[quote_sha256]") == 1
    assert "WY-DOC1" in again


def test_a_document_whose_text_is_not_among_the_sources_is_a_fault() -> None:
    [fault] = lint(TEXTS["wuyi-2020.toml"], "wuyi-2020.toml", {"999_other.txt": "别的文件"})
    assert "003" in fault.got
