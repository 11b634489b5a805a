"""Folders held by descriptor: no step of a path inside the store may be a symbolic link, now or a moment later."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG

from storage.evidence.errors import StoreSetupError

_NEW_MODE = 0o600

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space or raise it",
    errno.EFBIG: "the file is larger than this system allows; raise the limit",
    errno.EROFS: "the disk is read-only; mount it writable",
    errno.EACCES: "no right to write there; change the rights or the user",
    errno.EPERM: "no right to do that there; change the rights or the user",
    errno.ELOOP: "a symbolic link stands where the store keeps its own; find out who put it there",
    errno.ENOTDIR: "something else stands where a folder of the store belongs; find out who put it there",
    errno.ENOENT: "the folder is gone; mount the disk or restore it",
    errno.EIO: "the disk reports a fault; copy what is left and replace it",
}


@contextmanager
def disk_faults(root: Path, doing: str) -> Iterator[None]:
    """What the disk refuses, as a fault that says what to do; nothing was acknowledged."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "see the system's message")
        raise StoreSetupError(f"{root}: {doing} failed ({error.strerror}): {remedy}; nothing was changed") from error


@contextmanager
def folder(root: Path, *names: str, create: bool = False) -> Iterator[int]:
    """The descriptor of a folder under the root, made durable where it has to be created."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    descriptor = os.open(root, flags)
    try:
        for name in names:
            if create:
                _make(name, descriptor)
            child = os.open(name, flags | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = child
        yield descriptor
    finally:
        os.close(descriptor)


def _make(name: str, parent: int) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=parent)
        os.fsync(parent)


def create_file(parent: int, name: str, *, replace: bool = False) -> int:
    """A descriptor for writing a file that was not there, or that is written anew."""
    flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if replace else os.O_EXCL)
    return os.open(name, flags | _plain(), _NEW_MODE, dir_fd=parent)


def open_file(parent: int, name: str) -> int:
    """A descriptor for reading a regular file; a link or a pipe in its place is an error."""
    descriptor = os.open(name, os.O_RDONLY | _plain(), dir_fd=parent)
    if not S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ELOOP, "no regular file", name)
    return descriptor


def _plain() -> int:
    """Flags that follow no link and wait for no pipe; asked when a file is opened, for some systems lack them."""
    return os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def write_all(descriptor: int, data: bytes) -> None:
    """All of the bytes, however few each call takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_durably(parent: int, name: str, data: bytes) -> None:
    """The file holds the old bytes or the new ones at every moment; on return the new ones survive a power cut."""
    descriptor = create_file(parent, f"{name}.new", replace=True)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(f"{name}.new", name, src_dir_fd=parent, dst_dir_fd=parent)
    os.fsync(parent)


def read_small(parent: int, name: str, limit_bytes: int = 1 << 16) -> bytes | None:
    """The bytes of a small file of the store; ``None`` where there is none or something else stands there."""
    try:
        descriptor = open_file(parent, name)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP}:
            return None
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit_bytes)


def remove_durably(parent: int, name: str) -> None:
    """Removes the name so that it stays removed after a power cut."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=parent)
    os.fsync(parent)
