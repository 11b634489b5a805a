"""What is asked of a sealing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from runtime.evidence_log.time_stamps import NO_AUTHORITY, Authority
from runtime.platform.clock import now
from runtime.platform.folders import REPORT_FOLDER
from runtime.verification.command import VerificationRequest

PACKAGES = "证据包"


@dataclass(frozen=True, slots=True)
class SealRequest:
    """What the caller asked for, beside what is asked of a verification.

    ``follows`` are the digests of the packages that these come after, day by day: those stay as they are.
    ``spell`` is how long originals may go into the store before others have a turn; no end unless one is set.
    """

    verify: VerificationRequest
    store_url: str = ""
    key: Path | None = None
    identified: bool = False
    without_originals: bool = False
    home: Path = Path()
    db: str = ""
    authority: Authority = NO_AUTHORITY
    clock: Callable[[], datetime] = now
    follows: Mapping[date, str] = field(default_factory=dict)
    spell: timedelta | None = None

    @property
    def out_folder(self) -> Path:
        """Where the packages go: where no later verification takes them for evidence."""
        return self.verify.out or self.verify.folder / REPORT_FOLDER / PACKAGES
