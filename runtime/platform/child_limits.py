"""How much one piece of untrusted work may use, and the request that carries it to a child."""

import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

Result = TypeVar("Result")

ASK, ANSWER, END = b"C", b"A", b"E"  # what stands on the lines between asker, template and child
HEAD = struct.Struct("<cQ")
JOBS = "jobs"  # the word by which a template is told to load what does our own work as well
_MEGABYTE = 1 << 20
_MANY = 1000


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """The most that one child may use: processor, memory beyond what it begins with, answer and files, and time.

    ``at_once`` is how many of the kind may run side by side, so that their memory adds up to something known.
    """

    cpu_s: int
    memory_bytes: int
    output_bytes: int
    wall_s: int
    at_once: int = 2

    @classmethod
    def of_time(cls, wall_s: int) -> "ChildLimits":
        """Time alone: for work of our own that opens nothing of a stranger's by itself."""
        return cls(0, 0, 1 << 30, wall_s, at_once=_MANY)


# A wall's picture, a face, one frame of a review; more than any camera's keyframe needs.
PICTURE = ChildLimits(cpu_s=10, memory_bytes=1024 * _MEGABYTE, output_bytes=64 * _MEGABYTE, wall_s=60)
# A list of names, hours or sign-ins, a claim: a million cells.
TABLE = ChildLimits(cpu_s=120, memory_bytes=1536 * _MEGABYTE, output_bytes=256 * _MEGABYTE, wall_s=480)
# Five minutes of keyframes drawn again, or ten minutes of small ones.
FILM = ChildLimits(cpu_s=90, memory_bytes=1536 * _MEGABYTE, output_bytes=512 * _MEGABYTE, wall_s=300)
# A living picture drawn again, small, for as long as somebody looks; an hour at most, then another child goes on.
LIVING = ChildLimits(cpu_s=1800, memory_bytes=1024 * _MEGABYTE, output_bytes=256 * _MEGABYTE, wall_s=3600, at_once=4)
# One recording's packets; a day at 25 pictures a second is two million of them.
RECORDING = ChildLimits(cpu_s=600, memory_bytes=1536 * _MEGABYTE, output_bytes=512 * _MEGABYTE, wall_s=3600)
# The stretches of a class that one process looks at, the networks loaded once for all of them.
LOOK = ChildLimits(cpu_s=4 * 3600, memory_bytes=6144 * _MEGABYTE, output_bytes=512 * _MEGABYTE, wall_s=24 * 3600)
# A package's files are hashed and its hours judged again.
PACKAGE = ChildLimits(cpu_s=1800, memory_bytes=2048 * _MEGABYTE, output_bytes=1 << 40, wall_s=7200)


@dataclass(frozen=True, slots=True)
class RangeDoor:
    """Where a child asks for ranges of recordings that are no files of this machine, and of which ones it may.

    Each is told by its path, its number at the door, and how long it is.
    """

    address: str
    key: bytes = field(repr=False)
    recordings: tuple[tuple[Path, int, int], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The only files and folders of anybody's that a child may read, and the folders that it may write to.

    ``programs`` are the folders of programs that it may run, confined as it is; none as a rule.
    """

    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    programs: tuple[Path, ...] = ()
    ranges: RangeDoor | None = None


def reach_of_folder(folder: Path) -> Reach:
    """A class's folder with what its links lead to: on a clerk's own disk these may lie elsewhere."""
    links = [
        Path(os.path.realpath(one))
        for root, folders, files in os.walk(folder)
        for name in (*folders, *files)
        if (one := Path(root, name)).is_symlink()
    ]
    return Reach((folder, *links))


@dataclass(frozen=True, slots=True)
class ChildTask(Generic[Result]):
    """A function of ours with its arguments, and what it may use and reach."""

    work: Callable[[], Result]
    limits: ChildLimits
    reach: Reach
    folder: Path = field(default_factory=Path.cwd)  # where names without a folder begin
    environ: Mapping[str, str] | None = field(default=None, repr=False)  # for work of our own, which is not confined
