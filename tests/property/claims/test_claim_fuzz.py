"""Whatever is handed in as a claim is read or refused in plain words; nothing else ever happens."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from facts.errors import InputError
from ingest.claims.header_form import HEADER
from ingest.claims.people_form import PEOPLE
from tests.fixtures.claim_files import HEAD, as_json, people, read

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["是", "1e400", "=1", "4月7日"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.dictionaries(st.sampled_from([item.name for item in HEADER.fields]), VALUES, max_size=8)
ROWS = st.lists(st.dictionaries(st.sampled_from([item.name for item in PEOPLE.fields]), VALUES, max_size=8), max_size=3)
CELLS = st.one_of(
    st.none(), st.integers(-(10**9), 10**12), st.booleans(),
    st.text(st.characters(min_codepoint=32, exclude_categories=("Cs",)), max_size=12),
    st.sampled_from([*(item.zh for item in PEOPLE.fields), *(item.zh for item in HEADER.fields), "合计", "示例"]),
)  # fmt: skip


def taken(path: Path) -> None:
    with suppress(InputError):
        read(path)


@given(VALUES)
@settings(max_examples=60)
def test_any_json_is_read_or_refused(value: Any) -> None:  # noqa: ANN401 - any JSON value
    with TemporaryDirectory() as folder:
        taken(as_json(Path(folder) / "c.json", value))


@given(HEADERS, ROWS)
@settings(max_examples=120)
def test_any_values_of_known_fields_are_read_or_refused(header: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    body = {"header": {**HEAD, **header}, "people": [{**people(1)[0], **row} for row in rows]}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.json"
        path.write_text(json.dumps(body, ensure_ascii=False), "utf-8", errors="surrogatepass")
        taken(path)


@given(st.lists(st.lists(CELLS, max_size=8), max_size=12), st.sampled_from(["学员", "申领表头", "Sheet1", "选项"]))
@settings(max_examples=80)
def test_any_sheet_is_read_or_refused(rows: list[list[Any]], name: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(["" if isinstance(value, str) and value.startswith("=") else value for value in row])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.xlsx"
        book.save(path)
        taken(path)
