"""Byte ranges as RFC 9110 section 14 has them; several ranges at once are answered with the whole, as it allows."""

import re

from api.http.problem import ProblemError
from facts.text import Text

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def asked_range(header: str | None, size_bytes: int) -> tuple[int, int] | None:
    """The half-open range that is asked for; nothing where all is, or where the header says nothing that we know."""
    found = _RANGE.fullmatch(header.replace(" ", "")) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first and last and int(last) < int(first):
        return None
    start, end = (int(first), int(last) + 1 if last else size_bytes) if first else (size_bytes - int(last), size_bytes)
    if start >= size_bytes or (not first and int(last) == 0):
        title = Text("所要的字节范围在文件之外", "the range lies outside the file")
        headers = {"content-range": f"bytes */{size_bytes}"}
        raise ProblemError(
            416, "RANGE", title, got=(header or "")[:80], expected=f"within {size_bytes} bytes", headers=headers
        )
    return max(start, 0), min(end, size_bytes)


def content_range(start: int, end: int, size_bytes: int) -> str:
    """The header of a partial answer."""
    return f"bytes {start}-{end - 1}/{size_bytes}"
