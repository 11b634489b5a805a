from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """What ``class.toml`` says about one file (``[[recording]]``), by its path relative to the class folder."""

    file: str
    camera: str = ""
    start: datetime | None = None
    trust_creation_time: bool = False
