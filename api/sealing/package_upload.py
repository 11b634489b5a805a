"""A stranger's package under check: one file of ours for as long as it takes, and one way to tell what was found."""

import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from facts.digest import Digest
from facts.errors import InputError
from ingest.recordings.file_digest import digest_file
from runtime.accounts.caller import Caller
from runtime.platform.folders import uploads_folder
from runtime.platform.service import Service
from runtime.sealing.package_check import PackageCheckRequest, PackageCheckResult, check
from storage.sealing.verifier import Line

_CHECKS, _EACH = 10, timedelta(minutes=10)


def counted(service: Service, caller: Caller) -> None:
    """A check reads and hashes gigabytes, so nobody asks for many at once."""
    service.limiter.take("check", caller.key, service.clock(), _CHECKS, _EACH)


@contextmanager
def aside(service: Service) -> Iterator[Path]:
    """Where the package is put while it is looked at; it is gone afterwards."""
    folder = uploads_folder(service.settings.home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / f"check-{secrets.token_hex(16)}.zip"
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)


async def received(pieces: AsyncIterator[bytes], place: Path) -> int:
    """How many bytes came; each piece goes to the disk as it comes."""
    total = 0
    with place.open("xb") as file:
        async for piece in pieces:
            await run_in_threadpool(file.write, piece)
            total += len(piece)
    return total


def examined(place: Path) -> tuple[PackageCheckResult, Digest]:
    """Every line of the examination, judged again from the facts; the message of a refusal names no place of ours."""
    try:
        return check(PackageCheckRequest(place, recompute=True, aside=place.parent)), digest_file(place)
    except InputError as error:
        raise InputError(str(error).removeprefix(f"{place}: ")) from error


def grouped(lines: Iterable[Line]) -> list[tuple[tuple[str, str], list[Line]]]:
    """The lines under the part that they are about, in its two languages."""
    parts: dict[str, list[Line]] = {}
    for line in lines:
        parts.setdefault(line.part, []).append(line)
    return [((part.partition(" ")[0], part.partition(" ")[2] or part), some) for part, some in parts.items()]
