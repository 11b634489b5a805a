"""One holder of an open file at a time; the system frees what a process held that died."""

from typing import IO


def lock(file: int | IO[bytes], *, wait: bool = True) -> None:
    """Hold the file until it is closed; without ``wait`` a ``BlockingIOError`` tells that somebody else does.

    Unix's locks are asked for here and not when a module is loaded: where they are lacking, commands that lock
    nothing run all the same, and the others say so.
    """
    import fcntl  # noqa: PLC0415 - see above

    fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
