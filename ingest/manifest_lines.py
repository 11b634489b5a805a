"""Lines for ``class.toml``: what to add for a recording without a clock, and what was learnt about columns."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from facts.errors import InputError
from facts.span import local
from ingest.tables.synonyms import TableRole

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def quoted(text: str) -> str:
    """The text as a TOML string in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", lambda match: _escape(match.group()), escaped) + '"'


def _escape(char: str) -> str:
    return "\\uFFFD" if "\ud800" <= char <= "\udfff" else f"\\u{ord(char):04X}"


def line_for_recording(path: str, camera_id: str = "", start: datetime | None = None) -> str:
    """The exact lines to add to ``class.toml`` for a file whose name and container tell no time.

    Without a hint the time is left as letters on purpose: pasted without being filled in, the file is refused and not
    dated wrongly.
    """
    time = f"{local(start):%Y-%m-%dT%H:%M:%S}+08:00" if start else "YYYY-MM-DDThh:mm:ss+08:00"
    return "\n".join(
        (
            "[[recording]]",
            f"file = {quoted(path.replace(os.sep, '/'))}",
            f"camera = {quoted(camera_id or 'CH??')}",
            f"start = {time}  # 录像第一帧的北京时间，如 2025-04-07T08:30:00+08:00 / its first frame",
            "",
        )
    )


def with_columns(text: str, role: TableRole, columns: Mapping[str, str]) -> str:
    """The manifest's text with these column names learnt, every other line left as the clerk wrote it."""
    lines = text.removesuffix("\n").split("\n") if text else []
    header = re.compile(rf"\s*\[\s*columns\s*\.\s*\"?{role}\"?\s*\]\s*(#.*)?")
    start = next((index for index, line in enumerate(lines) if header.fullmatch(line)), None)
    if start is None:
        lines += [*([""] if lines and lines[-1].strip() else []), f"[columns.{role}]"]
        start = len(lines) - 1
    for name, column in columns.items():
        _set(lines, start, name, column)
    changed = "\n".join(lines) + "\n"
    _check(text, changed, role, columns)
    return changed


def _set(lines: list[str], start: int, name: str, column: str) -> None:
    if not _PLAIN_KEY.fullmatch(name):
        raise InputError(f"column {name!r}: got no plain field name, expected one such as name or time")
    end = next((index for index in range(start + 1, len(lines)) if lines[index].lstrip().startswith("[")), len(lines))
    own = re.compile(rf"\s*{re.escape(name)}\s*=")
    new = f"{name} = {quoted(column)}"
    for index in range(start + 1, end):
        if own.match(lines[index]):
            lines[index] = new
            return
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    lines.insert(end, new)


def _check(before: str, after: str, role: TableRole, columns: Mapping[str, str]) -> None:
    old = _parsed(before, "text that is no TOML")
    new = _parsed(after, f"an unusual layout of [columns.{role}]")
    expected = {**old, "columns": {**old.get("columns", {})}}
    expected["columns"][role.value] = {**expected["columns"].get(role.value, {}), **columns}
    if new != expected:
        raise InputError(f"class.toml: got an unusual layout of [columns.{role}], expected plain lines; add it by hand")


def _parsed(text: str, got: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"class.toml: got {got}, expected plain lines ({error}); add it by hand") from error


def remember_columns(path: Path, role: TableRole, columns: Mapping[str, str]) -> None:
    """Write the learnt columns into the manifest file, made where there is none, whole or not at all."""
    try:
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: got another encoding than UTF-8, expected UTF-8; save it as UTF-8") from error
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(with_columns(text, role, columns), encoding="utf-8")
    fresh.replace(path)
