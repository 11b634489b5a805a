"""What a log or a key folder refuses, by who must act.

LogError
├── LogSetupError    (also SetupError) no key, wrong rights, a folder that is something else: the operator acts
├── LogInputError    (also InputError) a leaf, a head or a proof that was handed over is not what it claims to be
├── StampError       (also SetupError) a time stamping authority failed or lied: ask again, or ask another
└── LogAlteredError  what was acknowledged is gone or changed: somebody must be asked
    └── RecordAlteredError  a stored record is not what its leaf says: whatever was to use it stops
"""

from facts.errors import InputError, SetupError, XueshiError


class LogError(XueshiError):
    """The root of everything the log raises on purpose."""


class LogSetupError(LogError, SetupError):
    """The log or its keys cannot be used as they are set up."""


class LogInputError(LogError, InputError):
    """Something handed over is no leaf, head or proof."""


class StampError(LogError, SetupError):
    """No time stamp came that could be believed."""


class LogAlteredError(LogError):
    """The log no longer holds what it acknowledged; it is not repaired, because that would hide it."""


class RecordAlteredError(LogAlteredError):
    """A stored record is not the one that the log speaks of; nothing is sealed, paid or shown by it."""

    def __init__(self, record: str, got: str) -> None:
        super().__init__(
            f"RECORD_ALTERED {record}: got {got}, expected what the log holds of it; it was changed behind the program's"
            " back: nothing is sealed, paid or shown by it. Keep the database as it is, run `xueshi log audit`, and ask"
            " who had access"
        )
        self.record = record
