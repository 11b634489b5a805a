"""One spelling for what is hashed and signed, and a strict reading of it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from storage.evidence_log.errors import LogInputError


def written(moment: datetime) -> str:
    """The moment in UTC to the millisecond, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def trimmed(moment: datetime) -> datetime:
    """The moment as it will be read back."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def moment_of(text: str, what: str) -> datetime:
    """The moment that ``written`` spelled."""
    moment: datetime | None = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
    if moment is None or moment.tzinfo is None or written(moment) != text:
        raise LogInputError(f"{what}: got the time {text[:40]!r}, expected one such as 2026-03-02T01:00:00.000Z")
    return moment.astimezone(UTC)


def fields_of(data: bytes, what: str, schema: str, kinds: Mapping[str, type]) -> dict[str, Any]:
    """The fields of one JSON object: exactly these, of these types, under this schema."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LogInputError(f"{what}: got text that is not JSON ({error}), expected one object") from error
    if not isinstance(body, dict) or body.get("schema") != schema:
        got = body.get("schema") if isinstance(body, dict) else type(body).__name__
        raise LogInputError(f"{what}: got {str(got)[:60]!r}, expected an object of schema {schema}")
    wrong = sorted({"schema", *kinds} ^ set(body))
    wrong += [name for name, kind in kinds.items() if name in body and type(body[name]) is not kind]
    if wrong:
        raise LogInputError(f"{what}: got a missing, unknown or odd field {wrong[0]!r}, expected {', '.join(kinds)}")
    return body


def bytes_of(text: str, what: str, length: int | None = None) -> bytes:
    """The bytes behind lower-case hex."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if not data or data.hex() != text or (length is not None and len(data) != length):
        raise LogInputError(f"{what}: got {text[:40]!r}, expected {length or 'some'} bytes in lower-case hex")
    return data
