"""A file from an address: resumed after a break, bounded in size and time, one writer at a time."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from facts.errors import SetupError

_CHUNK = 1 << 16
_SILENCE_S = 30.0
_ATTEMPTS = 4
# The largest archive of head detectors in public use has 400 MB; an endless answer must not fill the disk.
MOST_BYTES = 1 << 30
_PARTIAL, _UNSATISFIABLE = 206, 416


class _BrokenOffError(Exception):
    """An answer ended before its time; what came is kept."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when fetching may go on; none means that only silence ends it."""

    at: float | None = None

    @classmethod
    def after(cls, seconds: float | None) -> "Deadline":
        """So many seconds from now on."""
        return cls(None if seconds is None else time.monotonic() + seconds)

    @property
    def left_s(self) -> float:
        """How long one may still wait for the next bytes."""
        return _SILENCE_S if self.at is None else min(_SILENCE_S, self.at - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether time is up."""
        return self.at is not None and self.left_s <= 0


def download(url: str, part: Path, deadline: Deadline, most_bytes: int = MOST_BYTES) -> None:
    """Brings the whole file to ``part``.

    Beside it lies where the bytes came from and by what mark the server knows this version, so that a later call goes
    on where this one broke off.
    """
    with _writing(part) as file:
        _fetch(url, part, file, deadline, most_bytes)


def begun_address(part: Path) -> str:
    """The address from which ``part`` was begun, if it was."""
    return _known(part).get("url", "") if part.exists() and part.stat().st_size else ""


def discard(part: Path) -> None:
    """Forgets what was fetched."""
    for path in (part, _notes(part)):
        path.unlink(missing_ok=True)


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _hold(file: BinaryIO) -> None:
    """The file is this process's alone; where the system has no such lock, the digest tells two that wrote at once."""
    try:
        import fcntl  # noqa: PLC0415 - Unix alone has it
    except ModuleNotFoundError:
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _writing(part: Path) -> Iterator[BinaryIO]:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SetupError(
            f"{part.parent}: cannot be written ({error.strerror}); set XDG_CACHE_HOME elsewhere"
        ) from error
    with os.fdopen(descriptor, "r+b") as file:
        try:
            _hold(file)
        except BlockingIOError:
            raise SetupError(f"{part}: another xueshi models pull is fetching it; wait for that one") from None
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            raise SetupError(f"{part}: cannot be written ({error.strerror}); make room and pull again") from error


def _fetch(url: str, part: Path, file: BinaryIO, deadline: Deadline, most_bytes: int) -> None:
    """The whole of one address; a connection that breaks is taken up again as long as it brings something."""
    barren = 0
    while True:
        if deadline.over:
            raise SetupError(f"{url}: time is up; what came is kept, xueshi models pull goes on there")
        before = file.seek(0, os.SEEK_END)
        try:
            with _answer(url, part, file, deadline) as answer:
                _copy(url, answer, file, deadline, most_bytes)
        except HTTPError as error:
            error.close()
            if error.code == _UNSATISFIABLE and before:
                file.truncate(0)
                barren += 1
            else:
                raise SetupError(f"{url}: answered {error.code} {error.reason}") from error
        except (_BrokenOffError, HTTPException, ConnectionError, TimeoutError) as error:
            barren = 0 if file.seek(0, os.SEEK_END) > before else barren + 1
            if barren >= _ATTEMPTS or deadline.over:
                raise SetupError(f"{url}: broke off ({_reason(error)}); what came is kept, pull again") from error
        except (URLError, OSError, ValueError) as error:
            raise SetupError(f"{url}: cannot be fetched ({_reason(error)}); check the network") from error
        else:
            return
        if barren >= _ATTEMPTS:
            raise SetupError(f"{url}: breaks off again and again; what came is kept, pull again")


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error) or type(error).__name__


def _answer(url: str, part: Path, file: BinaryIO, deadline: Deadline) -> HTTPResponse:
    """The rest of the file where the server still holds the version that was begun, else the whole from its start."""
    begun, known = file.seek(0, os.SEEK_END), _known(part)
    request = Request(url, headers={"Accept-Encoding": "identity"})  # noqa: S310 - cards allow http and https only
    if begun and known.get("url") == url and known.get("mark"):
        request.add_header("Range", f"bytes={begun}-")
        request.add_header("If-Range", known["mark"])
    answer: HTTPResponse = urlopen(request, timeout=max(deadline.left_s, 0.05))  # noqa: S310 - as above
    if answer.status == _PARTIAL and (answer.headers.get("Content-Range") or "").startswith(f"bytes {begun}-"):
        return answer
    file.seek(0)
    file.truncate()
    tag = answer.headers.get("ETag") or ""
    mark = tag if tag.startswith('"') else answer.headers.get("Last-Modified") or ""
    _notes(part).write_text(json.dumps({"url": url, "mark": mark}), "utf-8")
    return answer


def _known(part: Path) -> dict[str, str]:
    try:
        read = json.loads(_notes(part).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _copy(url: str, answer: HTTPResponse, file: BinaryIO, deadline: Deadline, most_bytes: int) -> None:
    at, length = file.tell(), answer.length
    whole = None if length is None else at + length
    while chunk := answer.read1(_CHUNK):
        at += file.write(chunk)
        if max(at, whole or 0) > most_bytes:
            file.truncate(0)
            raise SetupError(f"{url}: got more than {most_bytes} bytes, expected weights; check the card")
        if deadline.over:
            raise _BrokenOffError("time is up")
    if whole is not None and at < whole:
        raise _BrokenOffError(f"{at} of {whole} bytes")
