"""What is said of a file whose child was stopped, in both languages.

XueshiError
├── InputError      StoppedChildError: a file used too much, or broke whoever opened it
└── InternalError   StoppedWorkError: so did work of our own
"""

import os
import signal
from typing import Any

from facts.errors import InputError, InternalError, XueshiError
from runtime.platform.child_limits import ChildLimits, ChildTask


class StoppedChildError(InputError):
    """What was handed in used more than it may, or brought the process down that opened it."""


class StoppedWorkError(InternalError):
    """Work of our own took longer than it may, broke, or had its process killed."""


def stopped(task: ChildTask[Any], text: str) -> XueshiError:
    """The error that the asker gets."""
    return StoppedChildError(text) if task.environ is None else StoppedWorkError(text)


def why(name: str, status: int, limits: ChildLimits) -> str:
    """What the way in which a child ended says."""
    ended = os.waitstatus_to_exitcode(status)
    if ended in {-signal.SIGXCPU, -signal.SIGALRM}:
        return too_slow(name, limits)
    if ended == -signal.SIGKILL:
        return too_much(name, limits)
    said = signal.Signals(-ended).name if ended < 0 else str(ended)
    return told(name, f"读取它的程序崩溃了（{said}）", f"it brought down the program that reads it ({said})")


def too_slow(name: str, limits: ChildLimits) -> str:
    """It used all the time there was."""
    return told(name, f"读取用时超过 {limits.cpu_s} 秒", f"reading it takes more than {limits.cpu_s} s of work")


def too_much(name: str, limits: ChildLimits) -> str:
    """It wanted more memory than there is for it."""
    most = limits.memory_bytes >> 20
    return told(name, f"读取所需内存超过 {most} MB", f"reading it takes more than {most} MB of memory")


def told(name: str, zh: str, en: str) -> str:
    """The sentence, with what to do."""
    return (
        f"{name}: {zh}，已停止读取；请重新导出或另存后再上传 got stopped: {en};"
        " expected a file as its device or office program writes it; export or save it again"
    )
