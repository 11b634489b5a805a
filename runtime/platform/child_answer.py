"""What a child answers is data: records of this program, arrays and plain values, and nothing that could run.

A child may have been taken over by what it opened, so its answer is no more trusted than the file.
"""

import dataclasses
import enum
import importlib
import io
import pickle
from typing import Any

from facts.errors import InternalError, XueshiError

_TOPS = frozenset(
    {"facts", "ingest", "policy", "attendance", "claims", "pipeline", "vision", "report", "storage", "runtime"}
)
_PLAIN = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "bytearray"),
        ("builtins", "complex"),
        ("builtins", "range"),
        ("builtins", "slice"),
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("fractions", "Fraction"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
        ("pathlib", "PosixPath"),
        ("pathlib", "PurePosixPath"),
        ("zoneinfo", "ZoneInfo"),
    }
)


class Outcome(enum.IntEnum):
    """How the work went: it gave something, refused in words, broke, or wanted more memory than it may have."""

    DONE = 0
    REFUSED = 1
    BROKEN = 2
    NO_MEMORY = 3


Answer = tuple[Outcome, Any]


class _Reader(pickle.Unpickler):
    """Finds records, enumerations, refusals and plain values; a function is never found."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as the library has it
        """One class that an answer names."""
        if module.partition(".")[0] in _TOPS or (module, name) in _PLAIN:
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            if (module, name) in _PLAIN or _is_record(found):
                return found
        raise InternalError(f"a child answered with {module}.{name}: expected records of this program")


def _is_record(found: object) -> bool:
    return isinstance(found, type) and (
        dataclasses.is_dataclass(found) or issubclass(found, enum.Enum | tuple | XueshiError)
    )


def read_answer(data: bytes) -> Answer:
    """How the work went, and what it gave."""
    try:
        outcome, said = _Reader(io.BytesIO(data)).load()
        return Outcome(outcome), said
    except (XueshiError, MemoryError):
        raise
    except Exception as error:
        raise InternalError(f"a child's answer cannot be read ({error})") from error


def refusal(said: Any) -> XueshiError:  # noqa: ANN401 - as a child said it
    """The error that the work refused with, as it was, without running what makes one."""
    kind, args, more = said
    if not (isinstance(kind, type) and issubclass(kind, XueshiError)):
        raise InternalError("a child refused with an error that is none")
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(more)
    return error
