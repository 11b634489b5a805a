"""Every table that the program writes, filled with what a spreadsheet would run: it stays text in each of them."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from facts.claim import Notice
from report.claims.document import document
from report.claims.notice import notice_entry
from report.claims.public_notice import notice_workbook
from report.claims.workbook import screening_workbook
from report.draw_workbook import draw_xlsx, worklist_xlsx
from report.list_table import list_csv, list_workbook
from report.overview_workbook import overview_workbook
from tests.fixtures.lots import sheet
from tests.fixtures.paths import ROOT
from tests.fixtures.sample_screen import BOOK, screened

EVIL = ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "\n=cmd|' /C calc'!A0"]
WRITES = re.compile(r"^from openpyxl import Workbook$|\bcsv\.(writer|DictWriter)\(", re.MULTILINE)
WRITERS = {
    "report/claims/workbook.py": "below",
    "report/claims/public_notice.py": "below",
    "report/draw_workbook.py": "below",
    "report/overview_workbook.py": "below",
    "report/list_table.py": "below",
    "runtime/roll_call/sign_in_table.py": "tests/unit/roll_call/test_rolls.py",
    "ingest/claims/template.py": "an empty form: our own words alone",
    "demo/claim.py": "invented people with names of ours",
    "demo/papers.py": "invented people with names of ours",
}


def poisoned(value: Any, evil: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value with every free text replaced; words that the program itself looks up stay."""
    if isinstance(value, dict):
        kept = {"id", "status", "seed", "class", "inspectors", "stratum", "day", "made_at", "first", "enough_on"}
        return {key: item if key in kept else poisoned(item, evil) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, evil) for item in value]
    return evil if isinstance(value, str) else value


def cells(content: bytes) -> Iterator[Any]:
    book = load_workbook(io.BytesIO(content))
    return (cell for page in book for row in page.iter_rows() for cell in row)


def tables(evil: str) -> Iterator[bytes]:
    whole: Any = document(screened())
    body = poisoned(whole, evil) | {"claim": poisoned(whole["claim"], evil)}
    notice = notice_entry(BOOK, (Notice(date(2025, 5, 12)),), date(2025, 5, 13))
    assert notice is not None
    yield screening_workbook(body)
    yield notice_workbook(body, notice)
    yield overview_workbook([("机构", [["机构", "学时"], [evil, 3]])])
    yield list_workbook("班期", ["班期", "学时"], [[evil, 3]])
    drawn = sheet()
    bad = drawn | {"classes": poisoned(drawn["classes"], evil), "inspectors": drawn["inspectors"]}
    bad["inspectors"] = [one | {"name": evil, "unit": evil} for one in drawn["inspectors"]]
    yield draw_xlsx(bad)
    yield worklist_xlsx(bad, {one["id"]: evil for one in drawn["inspectors"]})


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_of_any_workbook_is_a_formula_even_when_saved_as_csv(evil: str) -> None:
    for content in tables(evil):
        texts = [cell for cell in cells(content) if isinstance(cell.value, str)]
        assert all(cell.data_type != "f" for cell in texts)
        assert any(evil.strip() in cell.value for cell in texts)
        out = io.StringIO()
        csv.writer(out).writerow([cell.value for cell in texts])
        assert not [cell.value for cell in texts if cell.value.lstrip()[:1] in {"=", "+", "-", "@", "＝"}]


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_of_a_list_handed_out_as_csv_begins_a_formula(evil: str) -> None:
    text = list_csv(["班期", "学时"], [[evil, 3]]).decode("utf-8-sig")
    (_, (name, hours)) = csv.reader(io.StringIO(text))
    assert name.startswith("'")
    assert hours == "3"


def test_whoever_writes_tables_is_in_the_list_above() -> None:
    """A new export must be tried too."""
    found = set()
    for place in ROOT.rglob("*.py"):
        path, text = place.relative_to(ROOT).as_posix(), place.read_text("utf-8")
        if not path.startswith((".venv", "tests/", "benchmarks/", "stack/")) and WRITES.search(text):
            found.add(path)
    assert found == set(WRITERS)
