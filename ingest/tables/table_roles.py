"""What a single table is for, by its headers alone; nothing of its rows is kept."""

from pathlib import Path

from ingest.tables.column_questions import ColumnQuestion
from ingest.tables.fault import Faults
from ingest.tables.folder import TABLE_ENDINGS
from ingest.tables.headers import classify
from ingest.tables.shapes import shape_of
from ingest.tables.sheet import read_sheets
from ingest.tables.synonyms import TableRole


def table_roles_of(path: Path, name: str) -> tuple[TableRole, ...]:
    """The roles of the file's visible sheets, each once, in the order of the sheets; a sheet whose columns are unclear has none."""
    if Path(name).suffix.lower() not in TABLE_ENDINGS:
        return ()
    shown = [sheet for sheet in read_sheets(path, name, Faults()) if not sheet.hidden]
    listed = [(sheet, classify(sheet, {})) for sheet in shown]
    found = [shape_of(sheet, each, {}) or each for sheet, each in listed]
    return tuple(dict.fromkeys(each.role for each in found if each and not isinstance(each, ColumnQuestion)))
