"""``xueshi draw`` as an organiser and a stranger use it."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from storage.database.connection import open_engine, sqlite_address
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.log_keeper import events

RULES = """
title = "第四季度双随机抽查"
beacon = "某期开奖号码"
weights_because = "人数"
[[strata]]
name = "家政"
count = 2
"""
CLASSES = [
    ["第四季度班期（层：家政）"],
    ["班期编号", "培训机构", "地区", "培训项目", "日期", "层", "权重"],
    ["B01", "甲校", "城区", '=HYPERLINK("x")', "2026-11-30", "家政", "30"],
    ["B02", "甲校", "城区", "家政", "2026/12/1", "家政", "28"],
    ["B03", "乙校", "矿区", "家政", "2026年12月2日", "家政", "40"],
]
PEOPLE = [
    ["编号", "姓名", "单位", "回避机构", "回避地区", "亲属任职机构"],
    ["I01", "赵一一", "人社局", "甲校；丁校", "", ""],
    ["I02", "钱二二", "人社局", "", "", "乙校"],
    ["I03", "孙三三", "就业中心", "", "", ""],
    ["I04", "李四四", "就业中心", "", "", ""],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lists as people have them, and a home of its own."""
    book = Workbook()
    for row in CLASSES:
        book.worksheets[0].append([f"{cell}" for cell in row])
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.data_type = "s" if cell.value is not None else cell.data_type
    book.save(tmp_path / "c.xlsx")
    with (tmp_path / "i.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(PEOPLE)
    (tmp_path / "r.toml").write_text(RULES, "utf-8")
    return tmp_path


def draw(folder: Path, *words: str) -> Ran:
    """``xueshi draw`` with the files of the folder."""
    here = [str(folder / word) if word.endswith((".xlsx", ".csv", ".toml", ".json")) else word for word in words]
    return xueshi("draw", *here, cache=folder / "cache", home=folder / "home")


LISTS = ("c.xlsx", "--inspectors", "i.csv", "--rules", "r.toml")


def drawn(folder: Path) -> dict[str, Any]:
    assert draw(folder, "commit", *LISTS, "--out", str(folder / "q4")).code == 0
    assert draw(folder, "reveal", str(folder / "q4"), "--beacon", "02 07").code == 0
    return dict(json.loads((folder / "q4/draw.json").read_text("utf-8")))


def stranger(folder: Path, *words: str) -> tuple[int, str]:
    """The checker beside the sheet, by a Python that knows nothing of this program."""
    line = [sys.executable, "-I", str(folder / "q4/draw_check.py"), *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd="/", env={"PATH": os.environ["PATH"]})  # noqa: S603 - our own words
    return done.returncode, done.stdout


def test_a_draw_is_published_and_a_stranger_gets_the_same(folder: Path) -> None:
    sheet = drawn(folder)
    assert len(sheet["drawn"]) == 2
    ran = draw(folder, "--seed", sheet["seed"], *LISTS, "--json")
    assert ran.code == 0
    assert json.loads(ran.out) == sheet["drawn"]
    ran = draw(folder, "--seed", sheet["seed"], "q4/commitment.json", "--json")
    assert ran.code == 0
    assert json.loads(ran.out) == sheet["drawn"]
    ran = draw(folder, "check", "q4/draw.json", "--kept", "q4/commitment.json")
    assert ran.code == 0
    assert "抽查可复现" in ran.out
    assert stranger(folder, "--kept", str(folder / "q4/commitment.json"))[0] == 0


def test_what_is_published_names_no_inspector_and_the_worklist_does(folder: Path) -> None:
    sheet = drawn(folder)
    names = {row[0]: row[1] for row in PEOPLE[1:]}
    for name in ("draw.json", "draw.html", "commitment.json"):
        text = (folder / "q4" / name).read_text("utf-8")
        assert not [person for person in names.values() if person in text]
    page = (folder / "q4/worklist.html").read_text("utf-8")
    assert all(names[one] in page for entry in sheet["drawn"] for one in entry["inspectors"])
    for name in ("secret.json", "worklist.html", "worklist.xlsx"):
        assert (folder / "q4" / name).stat().st_mode & 0o077 == 0
    book = load_workbook(folder / "q4/worklist.xlsx")
    assert set(book.sheetnames) == {one for entry in sheet["drawn"] for one in entry["inspectors"]}


def test_a_cell_that_looks_like_a_formula_stays_text(folder: Path) -> None:
    drawn(folder)
    listed = load_workbook(folder / "q4/draw.xlsx")["班期名单"]
    cells = [cell for row in listed.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.value for cell in cells] == ['\'=HYPERLINK("x")'], "an apostrophe, as Excel itself writes it"
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_list_changed_after_the_commitment_reveals_nothing(folder: Path) -> None:
    assert draw(folder, "commit", *LISTS, "--out", str(folder / "q4")).code == 0
    file = folder / "q4/commitment.json"
    file.write_text(file.read_text("utf-8").replace("乙校", "丙校"), "utf-8")
    ran = draw(folder, "reveal", str(folder / "q4"), "--beacon", "02 07")
    assert ran.code == 2
    assert "differ from what was committed to" in ran.err
    assert not (folder / "q4/draw.json").exists()


def test_an_organiser_who_tries_seeds_is_caught_by_whoever_kept_the_commitment(folder: Path) -> None:
    assert draw(folder, "commit", *LISTS, "--out", str(folder / "first")).code == 0
    drawn(folder)  # the same lists with a nonce that the organiser likes better
    code, text = stranger(folder, "--kept", str(folder / "first/commitment.json"))
    assert code == 30
    assert "与您留存的承诺不同" in text


def test_an_edited_sheet_is_told_line_by_line(folder: Path) -> None:
    sheet = drawn(folder)
    sheet["drawn"][0], sheet["drawn"][1] = sheet["drawn"][1], sheet["drawn"][0]
    (folder / "q4/draw.json").write_text(json.dumps(sheet), "utf-8")
    ran = draw(folder, "check", "q4/draw.json", "--lang", "en", "--json")
    assert ran.code == 30
    bad = [line["en"] for line in json.loads(ran.out)["lines"] if line["mark"] == "✗"]
    assert len(bad) == 1
    assert bad[0].startswith("drawn again: another result")
    assert stranger(folder)[0] == 30


@pytest.mark.parametrize("text", ["[]", "{}", '{"schema": "xueshi.draw/1"}', "not json", '{"schema": 3}'])
def test_what_is_no_draw_is_refused_and_never_believed(folder: Path, text: str) -> None:
    (folder / "odd.json").write_text(text, "utf-8")
    assert draw(folder, "check", "odd.json").code in {2, 30}


def test_commitment_and_reveal_are_in_the_log(folder: Path) -> None:
    sheet = drawn(folder)
    engine = open_engine(sqlite_address(folder / "home/.local/share/xueshi/xueshi.db"))
    leaves = [entry.leaf for entry in events(EvidenceLog(engine))]
    engine.dispose()
    assert [(leaf.kind.value, leaf.note, leaf.subject) for leaf in leaves] == [
        ("draw", "commit", sheet["commitment"][:16]),
        ("draw", "reveal", sheet["commitment"][:16]),
    ]
    assert leaves[0].sha256.sha256 == sheet["commitment"]


def test_a_draw_that_was_announced_and_never_revealed_is_listed(folder: Path) -> None:
    sheet = drawn(folder)
    assert draw(folder, "commit", *LISTS, "--out", str(folder / "other")).code == 0
    listed = draw(folder, "list")
    lines = [line for line in listed.out.splitlines() if "第四季度双随机抽查" in line]
    assert len(lines) == 2
    assert [sheet["commitment"][:16] in line for line in lines] == ["未揭示" not in line for line in lines]


def test_nothing_is_drawn_over(folder: Path) -> None:
    drawn(folder)
    assert draw(folder, "commit", *LISTS, "--out", str(folder / "q4")).code == 2
    ran = draw(folder, "reveal", str(folder / "q4"), "--beacon", "other")
    assert ran.code == 2
    assert "a draw is never drawn over" in ran.err


def lists(*rows: Sequence[str]) -> str:
    return "\n".join(",".join(row) for row in rows)


def test_every_fault_of_a_table_is_told_with_its_cell(folder: Path) -> None:
    rows = (
        ["班期编号", "培训机构", "日期", "层", "权重"],
        ["B1", "甲", "某日", "家政", "3"],
        ["B2", "乙", "", "家政", "重"],
    )
    (folder / "c.csv").write_text(lists(*rows), "utf-8")
    ran = draw(folder, "commit", "c.csv", *LISTS[1:])
    assert ran.code == 2
    told = ran.err
    assert 'c.csv!第2行.day: got "某日"' in told
    assert 'c.csv!第3行.weight: got "重", expected a whole number' in told


def test_a_table_without_the_columns_says_which(folder: Path) -> None:
    (folder / "c.csv").write_text("甲,乙\n1,2\n", "utf-8")
    ran = draw(folder, "commit", "c.csv", *LISTS[1:])
    assert ran.code == 2
    assert "got the columns 甲、乙, expected columns for 班期编号、培训机构" in ran.err
