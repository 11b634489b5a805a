"""A package that somebody uploads to have it checked: one temporary file, and its lines grouped for the reader."""

import secrets
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from facts.digest import Digest
from facts.errors import InputError
from ingest.recordings.file_digest import digest_file
from runtime.accounts.caller import Caller
from runtime.platform.child_limits import PACKAGE
from runtime.platform.child_process import in_child
from runtime.platform.folders import uploads_folder
from runtime.platform.service import Service
from runtime.sealing.package_check import PackageCheckRequest, PackageCheckResult, check, package_reach
from storage.sealing.examination import Line

_CHECKS, _EACH = 10, timedelta(minutes=10)


def limit_checks(service: Service, caller: Caller) -> None:
    """Refuses too many checks by one caller: each reads and hashes gigabytes."""
    service.limiter.take("check", caller.key, service.clock(), _CHECKS, _EACH)


@contextmanager
def upload_place(service: Service) -> Iterator[Path]:
    """Where the package lies while it is checked; it is deleted afterwards."""
    folder = uploads_folder(service.settings.home) / f"check-{secrets.token_hex(16)}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield folder / "package.zip"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def receive(pieces: AsyncIterator[bytes], place: Path) -> int:
    """Writes each piece to the disk as it arrives; how many bytes there were."""
    total = 0
    with place.open("xb") as file:
        async for piece in pieces:
            await run_in_threadpool(file.write, piece)
            total += len(piece)
    return total


def examine_package(place: Path) -> tuple[PackageCheckResult, Digest]:
    """Every line of the examination, judged again from the facts; the message of a refusal names no path of this machine."""
    request = PackageCheckRequest(place, recompute=True, aside=place.parent)
    try:
        return in_child(PACKAGE, package_reach(place.parent), place.name, check, request), digest_file(place)
    except InputError as error:
        raise InputError(str(error).removeprefix(f"{place}: ")) from error


def lines_by_part(lines: Iterable[Line]) -> list[tuple[tuple[str, str], list[Line]]]:
    """The lines under the part that they are about, in its two languages."""
    parts: dict[str, list[Line]] = {}
    for line in lines:
        parts.setdefault(line.part, []).append(line)
    return [((part.partition(" ")[0], part.partition(" ")[2] or part), some) for part, some in parts.items()]
