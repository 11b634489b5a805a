from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.text import Text

NOTHING = Text("", "")


class TrialOutcome(StrEnum):
    """How a trial ended; a note says something worth knowing that is no promise of the store."""

    KEPT = "kept"
    BROKEN = "broken"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing tried on a throw-away object, and what the store did."""

    name: Text
    outcome: TrialOutcome
    seen: Text = NOTHING


Wait = Callable[[datetime], None]


def promise_trial(name: Text, held: bool, seen: Text | str = "") -> Trial:  # noqa: FBT001 - the one answer a trial has
    """A trial of a promise."""
    said = Text(seen, seen) if isinstance(seen, str) else seen
    return Trial(name, TrialOutcome.KEPT if held else TrialOutcome.BROKEN, said)


def note_trial(name: Text, seen: Text) -> Trial:
    """Something worth knowing."""
    return Trial(name, TrialOutcome.NOTE, seen)


LOCKS = Text("写入时即锁定，并可读回到期日", "locks on writing and reads the date back")
DELETE = Text("到期前拒绝删除", "refuses to delete before the date")
SHORTEN = Text("拒绝缩短保存期", "refuses to shorten the retention")
DOWNGRADE = Text("拒绝降为可绕过的治理模式", "refuses to downgrade to governance mode")
OVERWRITE = Text("被覆盖后按版本号仍读到原件", "returns the original by its version after an overwrite")
SUSPEND = Text("拒绝暂停版本控制", "refuses to suspend versioning")
HOLD = Text("到期后仍受保全约束，不可删除", "refuses to delete under a hold after the date")
EXPIRE = Text("到期且无保全后可以删除", "deletes after the date once no hold stands")
PARTS = Text("分块上传的大文件同样锁定", "locks large files that are sent in parts")
CLOCK = Text("服务器时钟与本机一致", "the server's clock agrees with this machine's")
NEWEST = Text("不带版本号的读取", "a read that names no version")
ALLOWED = Text("被允许", "allowed")
BY_HAND = Text("绕过本程序直接删除文件", "deleting the file without this program")
