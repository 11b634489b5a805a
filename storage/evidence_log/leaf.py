"""What the log remembers of an event: a digest, a time and a subject, never a name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.digest import Digest
from facts.errors import InputError
from facts.text import Text
from storage.evidence_log.errors import LogInputError
from storage.evidence_log.proofs import canonical
from storage.evidence_log.wire import fields_of, moment_of, trimmed, written

SCHEMA = "xueshi.leaf/1"


class LeafKind(StrEnum):
    """What happened; the values are hashed and never change."""

    RECORDING = "recording"
    CHECK_INS = "check_ins"
    ROSTER = "roster"
    TIMETABLE = "timetable"
    PAPER = "paper"
    VERDICT = "verdict"
    REVIEW = "review"
    EXPORT = "export"
    DELETION = "deletion"
    FACTS = "facts"
    CLAIM = "claim"
    DOUBT = "doubt"
    VIEW = "view"
    SPOT_CHECK = "spot_check"
    DRAW = "draw"
    HOLD = "hold"
    ACCOUNT = "account"
    WITHDRAWAL = "withdrawal"
    SETTINGS = "settings"
    RULEBOOK = "rulebook"
    PACKAGE = "package"
    RECORD = "record"
    SEGMENT = "segment"
    SUPERVISION = "supervision"
    NOTE = "note"

    @property
    def text(self) -> Text:
        """The kind in words."""
        return _WORDS[self]


_WORDS = {
    LeafKind.RECORDING: Text("录像", "a recording"),
    LeafKind.CHECK_INS: Text("打卡记录", "check-ins"),
    LeafKind.ROSTER: Text("花名册", "a roster"),
    LeafKind.TIMETABLE: Text("课表", "a timetable"),
    LeafKind.PAPER: Text("其他材料", "another paper"),
    LeafKind.VERDICT: Text("学时结论", "a verdict on a class hour"),
    LeafKind.REVIEW: Text("人工复核", "a review by a person"),
    LeafKind.EXPORT: Text("导出", "an export"),
    LeafKind.DELETION: Text("到期删除", "a deletion that was due"),
    LeafKind.FACTS: Text("事实文件", "the facts of a class day"),
    LeafKind.CLAIM: Text("补贴申领", "a claim for subsidy"),
    LeafKind.DOUBT: Text("疑点", "a doubt"),
    LeafKind.VIEW: Text("查看人脸或完整证号", "a face or a full ID number was shown"),
    LeafKind.SPOT_CHECK: Text("抽查", "a spot check"),
    LeafKind.DRAW: Text("抽取样本", "a drawing of samples"),
    LeafKind.HOLD: Text("暂停删除或解除", "a hold set or released"),
    LeafKind.ACCOUNT: Text("账号变更", "a change of an account"),
    LeafKind.WITHDRAWAL: Text("核验前撤回材料", "a file taken back before it was verified"),
    LeafKind.SETTINGS: Text("设置变更（班期、摄像机）", "a change of settings: a class's, a camera's"),
    LeafKind.RULEBOOK: Text("政策规则文件的提交或签字", "a rulebook handed in or signed"),
    LeafKind.PACKAGE: Text("证据包清单", "the manifest of a package"),
    LeafKind.SEGMENT: Text("本系统录制的片段", "a segment of this system's own recorder"),
    LeafKind.SUPERVISION: Text("监管记录的一步", "a step of a supervision record"),
    LeafKind.NOTE: Text("录像批注", "a note at a moment of a recording"),
    LeafKind.RECORD: Text("存档记录的印记", "imprints of stored records"),
}
LeafKey = tuple[LeafKind, Digest, str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event: what happened, when the log heard of it, and the digest of what it is about."""

    kind: LeafKind
    at: datetime
    sha256: Digest
    subject: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise LogInputError(f"leaf: got the time {self.at} without a zone, expected an aware one")
        if "\0" in self.subject:
            raise LogInputError("leaf: got a subject with a NUL in it, expected text; no database keeps it")
        object.__setattr__(self, "at", trimmed(self.at))

    @property
    def key(self) -> LeafKey:
        """What makes two leaves one: the same said of the same."""
        return self.kind, self.sha256, self.subject

    def to_bytes(self) -> bytes:
        """The canonical JSON that is hashed."""
        body = {"schema": SCHEMA, "kind": self.kind.value, "at": written(self.at), "sha256": self.sha256.sha256}
        return canonical({**body, "subject": self.subject, "note": self.note})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Leaf":
        """The leaf that ``to_bytes`` spelled; any other spelling is refused."""
        body = fields_of(data, "leaf", SCHEMA, dict.fromkeys(("kind", "at", "sha256", "subject", "note"), str))
        try:
            kind, digest = LeafKind(body["kind"]), Digest(body["sha256"])
        except (ValueError, InputError) as error:
            raise LogInputError(f"leaf: {error}; expected one of {', '.join(LeafKind)} and a SHA-256") from error
        leaf = cls(kind, moment_of(body["at"], "leaf"), digest, body["subject"], body["note"])
        if leaf.to_bytes() != data:
            raise LogInputError("leaf: got another spelling of the same JSON, expected the canonical one")
        return leaf


@dataclass(frozen=True, slots=True)
class LeafProof:
    """A leaf at its place, with the path that leads from it to a head."""

    place: int
    leaf: Leaf
    path: tuple[bytes, ...]

    def plain(self) -> dict[str, object]:
        """The proof as JSON types."""
        path = [step.hex() for step in self.path]
        return {"index": self.place, "leaf": self.leaf.to_bytes().decode(), "path": path}
