"""What a single table is for, by its headers alone; nothing of its rows is kept."""

from pathlib import Path

from ingest.tables.fault import Faults
from ingest.tables.folder import TABLE_ENDINGS
from ingest.tables.headers import ColumnQuestion, classify
from ingest.tables.sheet import read_sheets
from ingest.tables.synonyms import TableRole


def kinds_of(path: Path, name: str) -> tuple[TableRole, ...]:
    """The roles of the file's visible sheets, each once, in the order of the sheets; a question is no answer."""
    if Path(name).suffix.lower() not in TABLE_ENDINGS:
        return ()
    shown = [sheet for sheet in read_sheets(path, name, Faults()) if not sheet.hidden]
    found = [each for sheet in shown if (each := classify(sheet, {})) and not isinstance(each, ColumnQuestion)]
    return tuple(dict.fromkeys(layout.role for layout in found))
