"""JSON and TOML claims: the same fields under the same names, read by the same rules as the workbook."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from facts.counting import counted
from ingest.claims.documents import labelled
from ingest.claims.entries import Filled, FormEntry, Value
from ingest.claims.fault import FaultCollector
from ingest.claims.fields import Field, FieldKind, Table
from ingest.claims.form import TABLES
from ingest.claims.header_form import HEADER
from ingest.claims.layout import closest, keys_of
from ingest.claims.sheets import MOST_PEOPLE
from ingest.claims.values import Reader, cell_of
from ingest.tables.headers import header_key

SCHEMA = "xueshi.claim-form/1"
_BRIEF = 40


def read_plain(text: str, file: str, reader: Reader) -> Filled:
    """Every table of the document; what is no JSON or TOML, or of another shape, is a fault."""
    body = _parsed(text, file, reader.faults)
    if not isinstance(body, dict):
        reader.faults.fault(file, "不是一个对象", f"{type(body).__name__}", "an object with header and people")
        return {}
    filled: dict[str, tuple[FormEntry, ...]] = {}
    for key, value in body.items():
        table = _table(key)
        if table is not None:
            filled[table.name] = tuple(_records(table, value, f"{file}: {key}", reader))
        elif key != "schema" or value != SCHEMA:
            zh = f"“{str(key)[:_BRIEF]}”不认识；可用 {'、'.join(each.name for each in TABLES)}"
            expected = f"one of {', '.join(each.name for each in TABLES)}, or schema {SCHEMA}"
            reader.faults.fault(file, zh, f"{str(key)[:_BRIEF]!r}", expected)
    for table in TABLES:
        if table.needed and not filled.get(table.name):
            reader.faults.fault(file, f"缺 {table.name}（{table.zh}）", "nothing", f"{table.name}: {table.en}")
    return filled


def _parsed(text: str, file: str, faults: FaultCollector) -> object:
    try:
        if file.lower().endswith(".toml"):
            return tomllib.loads(text, parse_float=Decimal)
        return json.loads(text, parse_float=Decimal, parse_constant=str, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        faults.fault(file, f"不是合格的 JSON 或 TOML（{str(error)[:80]}）", str(error)[:80], "a JSON or TOML document")
        faults.stop()
        raise


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _table(key: str) -> Table | None:
    return next((table for table in TABLES if key in {table.name, table.zh}), None)


def _records(table: Table, value: object, where: str, reader: Reader) -> list[FormEntry]:
    many = [value] if table is HEADER else value
    if not isinstance(many, list):
        reader.faults.fault(where, "应为列表", type(value).__name__, "a list of objects")
        return []
    if len(many) > MOST_PEOPLE:
        reader.faults.fault(
            where,
            f"有 {len(many)} 条，超过上限 {MOST_PEOPLE}",
            counted(len(many), "record"),
            f"at most {MOST_PEOPLE}",
        )
        return []
    places = [where if table is HEADER else f"{where}[{index}]" for index in range(1, len(many) + 1)]
    return [_record(table, each, place, reader) for each, place in zip(many, places, strict=True)]


def _record(table: Table, value: object, where: str, reader: Reader) -> FormEntry:
    if not isinstance(value, Mapping):
        reader.faults.fault(where, "应为对象", type(value).__name__, "an object")
        return FormEntry(where)
    values: dict[str, Value] = {}
    given: set[str] = set()
    kind = _document(table, value)
    for key, raw in value.items():
        item = keys_of(table).get(header_key(str(key)))
        if item is None:
            _tell_unknown(table, str(key), where, reader.faults)
            continue
        given.add(item.name)
        if item.kind is FieldKind.ID and isinstance(raw, str | int):
            found = _value(item, labelled(kind, str(raw)), f"{where}.{key}", reader)
        else:
            found = _value(item, raw, f"{where}.{key}", reader)
        if found is not None:
            values[item.name] = found
    for item in table.fields:
        if item.required and item.name not in values and (item.name not in given or value.get(item.name) in (None, "")):
            reader.faults.fault(where, f"没有“{item.zh}”（{item.name}）", "nothing", item.en)
    return FormEntry(where, values)


def _document(table: Table, value: Mapping[str, object]) -> str:
    """The paper that the record's number is said to stand on."""
    names = {str(key): keys_of(table).get(header_key(str(key))) for key in value}
    return next((str(value[key]) for key, item in names.items() if item and item.name == "document"), "")


def _value(item: Field, raw: object, where: str, reader: Reader) -> Value | None:
    if isinstance(raw, dict | list):
        reader.faults.fault(where, f"{item.zh}应为单个值", type(raw).__name__, "one value")
        return None
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = raw.isoformat()
    return reader.value(item, cell_of(raw), where)


def _tell_unknown(table: Table, key: str, where: str, faults: FaultCollector) -> None:
    close = closest(table, key)
    hint = f"；是否为“{close}”？" if close else ""
    faults.fault(where, f"“{key[:_BRIEF]}”不认识{hint}", f"{key[:_BRIEF]!r}", "a field of the form", "see the template")
