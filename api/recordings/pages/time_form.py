"""When recordings began, as a form sends it: signs that a Chinese keyboard types are put right."""

from collections.abc import Iterator, Sequence

from starlette.datastructures import FormData

from runtime.recordings.time_statements import TimeRow

_MOST_CHARS = 240
_TIDY = str.maketrans({"：": ":", "－": "-", "　": " "} | {chr(0xFF10 + n): str(n) for n in range(10)})


def typed(form: FormData, rows: Sequence[TimeRow]) -> tuple[TimeRow, ...]:
    """The rows as they were sent; a file that the page did not offer is left out."""
    sent = zip(*(_texts(form, name) for name in ("file", "camera", "start")), strict=False)
    said = {file: (camera, start) for file, camera, start in sent}
    return tuple(
        TimeRow(row.file, row.length_s, *said[row.file], row.verdict) if row.file in said else row for row in rows
    )


def _texts(form: FormData, name: str) -> Iterator[str]:
    for one in form.getlist(name):
        text = one.strip()[:_MOST_CHARS] if isinstance(one, str) else ""
        yield text.translate(_TIDY) if name == "start" else text
