"""One file on its way in: its size on disk is what was acknowledged; one writer at a time, in any process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError, SetupError
from storage.file_lock import lock

_PIECE = 1 << 20


class BusyError(InputError):
    """Somebody is writing to this upload already."""


class NameTakenError(InputError):
    """Another file of this name lies there."""


class PartialFile:
    """The bytes that came so far."""

    def __init__(self, folder: Path, token: str) -> None:
        if not token.replace("-", "").replace("_", "").isalnum():
            raise InputError("upload: got a token with other signs than letters, digits, - and _")
        self.path = folder / token
        self.aside = folder / f"{token}.checked"

    def create(self) -> None:
        """An empty file, durably."""
        with _faults(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
            _sync_folder(self.path.parent)

    @property
    def offset(self) -> int | None:
        """How many bytes are there; nothing where there is no such upload."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return None

    def tail(self, end: int, most: int) -> bytes:
        """The last bytes before ``end``, by which a sender sees whether its file is the one that was begun."""
        start = max(end - most, 0)
        with _faults(self.path), self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    @contextmanager
    def writing(self, *, aside: bool = False) -> Iterator["PartialFileWriter"]:
        """A writer at the end; ``aside`` keeps its bytes apart until they are accepted."""
        with _faults(self.path), self.path.open("r+b") as held:
            try:
                lock(held, wait=False)
            except BlockingIOError:
                raise BusyError("upload: got a second writer at a time, expected one; try again shortly") from None
            held.seek(0, os.SEEK_END)
            if not aside:
                yield PartialFileWriter(held.fileno())
                os.fsync(held.fileno())
                return
            with self.aside.open("w+b") as apart:
                writer = PartialFileWriter(apart.fileno())
                yield writer
                if writer.accepted:
                    apart.seek(0)
                    while piece := apart.read(_PIECE):
                        held.write(piece)
                    held.flush()
                    os.fsync(held.fileno())
            self.aside.unlink(missing_ok=True)

    def digest(self) -> Digest:
        """The SHA-256 of what is there."""
        with _faults(self.path), self.path.open("rb") as file:
            return Digest.of(iter(lambda: file.read(_PIECE), b""))

    @contextmanager
    def settling(self) -> Iterator[None]:
        """While the file is given its name and its record: whoever finds the name without the record waits here."""
        with _faults(self.path), self.path.open("rb") as held:
            lock(held)
            yield

    def place(self, target: Path) -> None:
        """The whole file under its name, beside its upload until ``discard``; doing it twice is doing it once."""
        with _faults(target):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                os.link(self.path, target)
            except FileExistsError:
                if not target.samefile(self.path):
                    raise NameTakenError(f"{target.name}: got the name again, expected one that is free") from None
            _sync_folder(target.parent)

    def discard(self) -> None:
        """The upload is gone, whatever came of it."""
        with suppress(FileNotFoundError):
            self.path.unlink()
        with suppress(FileNotFoundError):
            self.aside.unlink()


class PartialFileWriter:
    """Appends; what is written counts when the block that gave the writer ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.accepted = True

    def write(self, data: bytes) -> None:
        """Every byte of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SetupError(f"{path}: cannot be written ({error.strerror}); see that the disk has space") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
