from dataclasses import dataclass
from datetime import datetime

from facts.stored_recording import StoredRecording


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """What ``class.toml`` says about one file (``[[recording]]``), by its path relative to the class folder.

    ``stored`` is its address in the evidence store, for a file that does not lie in the folder.
    """

    file: str
    camera: str = ""
    start: datetime | None = None
    trust_creation_time: bool = False
    stored: StoredRecording | None = None
