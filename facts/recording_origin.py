"""Whence a recording comes: made by the service's own recorder, as the log heard when it happened, or handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from facts.digest import Digest
from facts.text import Text

PROMPT = timedelta(seconds=60)
HANDED_IN = Text("机构上传", "handed in by the institution")


@dataclass(frozen=True, slots=True)
class RecordingOrigin:
    """A file of the service's own recorder: the leaf that knew its digest, and how soon after its last picture.

    ``file`` is its name among the recordings; ``sidecar`` and ``ledger`` are the digests, in hexadecimal digits, that
    the same leaf names: of what was written beside the file, and of the ledger's line that closed it. Empty where an
    earlier version wrote the leaf, or a full disk had no room for a sidecar.
    """

    digest: Digest
    camera: int
    file: str
    ends_at: datetime
    leaf: int
    noted_at: datetime
    sidecar: str = ""
    ledger: str = ""

    @property
    def late(self) -> timedelta:
        """How long after the last picture the log heard of it: as long as that, it could have been exchanged."""
        return max(self.noted_at - self.ends_at, timedelta())

    @property
    def is_prompt(self) -> bool:
        """Whether its leaf came as it happened; a late one proves less."""
        return self.late <= PROMPT

    @property
    def words(self) -> Text:
        """For whoever reads the list of files."""
        zh, en = f"本系统录制（日志第 {self.leaf} 条）", f"recorded by this system (leaf {self.leaf} of the log)"
        if self.is_prompt:
            return Text(zh, en)
        minutes = round(self.late.total_seconds() / 60)
        return Text(f"{zh}，录完 {minutes} 分钟后才入日志", f"{en}, logged only {minutes} min after it ended")


def note_of(sidecar: str, ledger: str) -> str:
    """What the leaf of a finished file says beside its digest."""
    return " ".join(f"{name} {digest}" for name, digest in (("sidecar", sidecar), ("ledger", ledger)) if digest)


def named_in(note: str) -> dict[str, str]:
    """The digests that such a leaf names."""
    words = note.split()
    return dict(zip(words[::2], words[1::2], strict=False))
