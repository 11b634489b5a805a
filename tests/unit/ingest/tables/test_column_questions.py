"""What is asked about a table without usual heads: enough to answer, and nobody's name or number."""

from pathlib import Path

import pytest

from ingest.tables.masks import masked_text
from ingest.tables.search import Tables, read_tables
from tests.fixtures.office.table import OfficeTable, draw, number, one

NAMES = ("甲一", "乙二三", "甲乙丙·丁戊", "丙三四五")
PHONE = "13900000001"


def asked(folder: Path, file: str, *rows: tuple[object, ...]) -> tuple[Tables, str]:
    draw(folder, OfficeTable("asked", one("Sheet1", *rows), file))
    found = read_tables(folder, year=2025)
    lines = [each.line for each in found.faults]
    words = [f"{line.zh}\n{line.en}" for line in lines] + [repr((each.headers, each.rows)) for each in found.questions]
    return found, "\n".join(words)


@pytest.mark.parametrize(
    "rows",
    [
        [(name, number(index), PHONE) for index, name in enumerate(NAMES)],
        [(name, int(number(index)[:17] + "0"), int(PHONE)) for index, name in enumerate(NAMES)],
        [(name, "女", "家政") for name in NAMES],
        [(name,) for name in NAMES],
        [(1, NAMES[0], None), (2, NAMES[1], "住校"), (3, NAMES[2], None)],
        [("2025年家政班学员名单",), *((index, name, PHONE) for index, name in enumerate(NAMES))],
        [("姓名", *NAMES), ("证号", *map(number, range(4))), ("性别", "女", "男", "女", "男")],
        [(f"{name} {PHONE}", "张王村") for name in NAMES],
        [("姓名 号码",), *((name, f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}") for name in NAMES)],
    ],
    ids=["numbers", "numeric", "words", "alone", "gaps", "title", "across", "joined", "spaced"],
)
def test_a_roster_without_a_head_shows_nobody(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    found, told = asked(tmp_path, "花名册.xlsx", *rows)

    assert not found.roster
    assert not found.questions
    assert "像是花名册，但没有找到表头" in told
    assert "请在数据上方加一行表头，至少写明：姓名、身份证号" in told
    shown = [*NAMES, PHONE, f"{PHONE[:3]} {PHONE[3:7]}", *map(number, range(4)), *(number(n)[:14] for n in range(4))]
    assert [word for word in shown if word in told] == []


def test_people_beside_each_other_over_their_times_are_not_shown(tmp_path: Path) -> None:
    found, told = asked(tmp_path, "打卡.xlsx", ("日期", *NAMES), ("2025-03-03", "08:15", "08:16", "08:17", "08:18"))

    assert not found.questions
    assert "像是打卡记录，但没有找到表头" in told
    assert [name for name in NAMES if name in told] == []


def test_a_head_that_nobody_knows_is_asked_about_with_masked_rows(tmp_path: Path) -> None:
    people = [(name, number(index), "2025-04-07 08:20", f"{name} {PHONE}") for index, name in enumerate(NAMES)]

    found, told = asked(tmp_path, "打卡.xlsx", ("谁", "证件", "几时", "联络"), *people)

    [question] = found.questions
    assert question.headers == ("谁", "证件", "几时", "联络")
    assert [row[2] for row in question.rows] == ["2025-04-07 08:20"] * 3
    assert [row[0] for row in question.rows] == ["甲*", "乙**", "甲*****"]
    assert [word for word in (*NAMES, PHONE, number(0), number(1)) if word in told] == []


@pytest.mark.parametrize("cell", [PHONE, number(0), f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"])
@pytest.mark.parametrize(("file", "head"), [("打卡.xlsx", ("姓名", "打卡时间")), ("课表.xlsx", ("日期", "时间"))])
def test_a_cell_that_a_fault_repeats_shows_nobodys_number(
    tmp_path: Path, file: str, head: tuple[str, str], cell: str
) -> None:
    first = "甲一" if head[0] == "姓名" else "2025-04-07"

    _, told = asked(tmp_path, file, head, (first, cell))

    assert "读不出" in told
    assert cell not in told
    assert cell[-4:] in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲 一", "甲*"),
        ("甲一（组长）", "甲*（组*）"),
        ("甲一、乙二", "甲*、乙*"),
        ("Jia Yi", "J** Y*"),
        ("139-0000-0001", "*******0001"),
        ("0353-2000001", "*******0001"),
        ("E12345678", "E****5678"),
        ("2025年4月7日 上午8:30", "2025年4月7日 上午8:30"),
        ("2025-04-07 08:20:00", "2025-04-07 08:20:00"),
        ("第1节 理论", "第1节 理论"),
        ("女", "女"),
        ("", ""),
    ],
)
def test_what_a_mask_leaves(text: str, shown: str) -> None:
    assert masked_text(text) == shown
