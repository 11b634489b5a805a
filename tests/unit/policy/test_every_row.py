import re

import pytest

from policy.assumptions import ASSUMPTION_IDS
from policy.kinds import KINDS
from policy.rulebook import Rulebook
from policy.shelf import packaged

ROWS = {
    "yangquan-2024": "V1 V2 V3 V4 V5 V6 R1 R2 R3 M1 M2 M3 M4 M5 M6 M7 M8 M9 M10 D1 E1 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10",
    "sx-unnamed-2023": "V1 V2 V3 V4 R1 R2 M1 M2 M3 D1 P1 P2 P3",
    "linxian-2023": "V1 R1 R2 M1 M2 M3 M4 M5 M6 M7 M8 M9 K1 D1 P1 P2 P3 P4 P5 E1",
    "wuyi-2020": "V1 M1 M2 M3 M4 M5 M6 M7 D1 E1 P1 P2 P3 T1",
    "quanjiao-2020": "V1 V2 R1 M1 M2 M3 M4 M5 M6 D1 P1 P2 P3",
}
PREFIX = {
    "yangquan-2024": "YQ",
    "sx-unnamed-2023": "SX0",
    "linxian-2023": "LX",
    "wuyi-2020": "WY",
    "quanjiao-2020": "QJ",
}
# Rows of the documents that the table of rules has in its section 1.8 or not at all.
READ_AGAIN = {
    "yangquan-2024": "V7 R4 R5 P11 P12 P13",
    "sx-unnamed-2023": "R3 R4 P4",
    "linxian-2023": "K2 P7 P8",
    "quanjiao-2020": "P4 P5",
}
CASES = [(book, f"{PREFIX[book]}-{row}") for book, rows in ROWS.items() for row in rows.split()]


AGAIN = [(book, f"{PREFIX[book]}-{row}") for book, rows in READ_AGAIN.items() for row in rows.split()]


@pytest.mark.parametrize(("book", "row"), [*CASES, *AGAIN], ids=[row for _, row in [*CASES, *AGAIN]])
def test_the_row_is_a_rule_of_its_document(book: str, row: str) -> None:
    rule = packaged().book(book).rule(row)
    assert rule.quotes
    assert rule.article
    assert rule.kind in KINDS


def test_the_list_above_holds_every_row_of_the_table_of_rules(rules_table: str) -> None:
    written = rules_table.partition("### 1.2")[2].partition("**Application documents**")[0]
    rows = {
        name
        for first in re.findall(r"^\| ([A-Z0-9/-]+) \|", written, re.MULTILINE)
        for name in first.split("/")
        if "-" in name
    }
    assert rows == {row for _, row in CASES}


@pytest.mark.parametrize(
    ("papers", "book", "need"),
    [
        ("YQ-DOC1", "yangquan-2024", "考核方案"),
        ("SX0-DOC1", "sx-unnamed-2023", "企业承诺书"),
        ("SX0-DOC2", "sx-unnamed-2023", "全程培训视频（备查）"),
        ("SX0-DOC3", "sx-unnamed-2023", "资金申请表"),
        ("WY-DOC1", "wuyi-2020", "培养协议"),
    ],
)
def test_the_application_papers_are_listed(papers: str, book: str, need: str) -> None:
    found = {item.id: item for item in packaged().book(book).papers}
    assert (need,) in found[papers].needs


def test_a_contract_or_two_months_pay_or_insurance_will_do() -> None:
    [papers] = [item for item in packaged().book("sx-unnamed-2023").papers if item.id == "SX0-DOC1"]
    assert ("劳动合同复印件", "连续2个月以上的工资发放证明", "社保缴纳证明") in papers.needs
    assert papers.not_needed == ("视频记录",)


@pytest.mark.parametrize("book", packaged().books, ids=lambda book: book.id)
def test_all_thirteen_assumptions_have_a_value_and_both_languages(book: Rulebook) -> None:
    listed = book.assumptions.listed()
    assert [item.id for item in listed] == [f"A{number}" for number in range(1, 14)] == list(ASSUMPTION_IDS.values())
    assert all(item.value and item.text.zh and item.text.en for item in listed)


def test_the_fragment_says_that_it_is_one_and_names_no_county() -> None:
    book = packaged().book("sx-unnamed-2023")
    assert (book.status, book.places, book.valid.confidence) == ("fragment", (), "inferred")


def test_words_lost_in_scanning_are_kept_and_marked() -> None:
    book = packaged().book("quanjiao-2020")
    assert "人员承入" in book.rule("QJ-R1").quote
    assert "人员录入" in book.rule("QJ-R1").sic
    assert "步配备" in book.rule("QJ-V1").sic
