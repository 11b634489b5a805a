"""Tables as offices make them: each means what its clerk meant, or says what is missing and how to give it."""

from pathlib import Path

import pytest

from ingest.tables.search import read_tables
from tests.fixtures.office.days import UNCLEAR_DAYS
from tests.fixtures.office.grids import GRIDS
from tests.fixtures.office.lists import LISTS
from tests.fixtures.office.table import OfficeTable, check_in_words, draw, hour_words, in_year
from tests.fixtures.office.taken_back import UNCERTAIN
from tests.fixtures.office.timetables import TIMETABLES
from tests.fixtures.office.weeks import WEEKS

TABLES = (*TIMETABLES, *GRIDS, *UNCERTAIN, *WEEKS, *UNCLEAR_DAYS, *LISTS)


@pytest.mark.parametrize("year", [2025, 2031])
@pytest.mark.parametrize("written", TABLES, ids=lambda table: table.name)
def test_an_office_table_means_what_its_clerk_meant(tmp_path: Path, written: OfficeTable, year: int) -> None:
    table = in_year(written, year)
    draw(tmp_path, table)

    found = read_tables(tmp_path, year=year)
    own = [fault for fault in found.faults if fault.where.startswith(table.file)]
    said = "\n".join(fault.text.zh for fault in own if not fault.note)
    noted = "\n".join(fault.text.zh for fault in own if fault.note)

    assert [hour_words(hour) for hour in found.hours] == list(table.hours)
    assert [trainee.name for trainee in found.roster] == list(table.people)
    assert [check_in_words(each) for each in found.checkins] == list(table.check_ins)
    assert [words for words in table.says if words not in said] == [], said
    assert bool(said) == bool(table.says), said
    assert [words for words in table.notes if words not in noted] == [], noted
    assert not found.questions


def test_the_corpus_is_as_large_as_promised_and_names_each_table_once() -> None:
    assert len(TABLES) >= 40
    assert len({table.name for table in TABLES}) == len(TABLES)
