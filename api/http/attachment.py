"""The header that names a download; the name is quoted, so that none can add a header of its own."""

from urllib.parse import quote


def disposition(name: str, *, inline: bool = False) -> dict[str, str]:
    """The header of RFC 6266 with the name as RFC 8187 writes it."""
    return {"content-disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"}
