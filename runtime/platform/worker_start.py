"""How a process begins that goes on from task to task over strangers' bytes, with libraries loaded once for all of them."""

from collections.abc import Callable
from functools import partial

from runtime.platform.child_limits import ChildLimits, Reach


def confined_start(limits: ChildLimits, reach: Reach) -> Callable[[], None]:
    """For a process pool's ``begin``: limits and confinement come before anything that opens a stranger's bytes is loaded.

    A library's own threads are begun after it, hence confined as well.
    """
    return partial(_begin, limits, reach)


def connected_start(reach: Reach) -> Callable[[], None] | None:
    """The same for processes that are not confined: they need but a line to recordings that lie elsewhere."""
    return partial(_connect, reach) if reach.ranges else None


def _connect(reach: Reach) -> None:
    from runtime.platform.child_start import connect  # noqa: PLC0415 - as below

    connect(reach)


def _begin(limits: ChildLimits, reach: Reach) -> None:
    from runtime.platform.child_start import hold  # noqa: PLC0415 - not on a system without resource limits
    from runtime.platform.confinement import code_folders  # noqa: PLC0415 - in the worker only

    hold(limits, reach, code_folders())
