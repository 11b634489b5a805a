"""What signed heads say about a log whose keeper may have rewritten it, in one pass over its leaves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.counting import counted
from facts.text import Text
from storage.evidence_log.head import TreeHead
from storage.evidence_log.proofs import leaf_hash
from storage.evidence_log.tree import Frontier
from storage.evidence_log.wire import written


class Breach(StrEnum):
    """What the heads, or the log's own rows, prove to have been done."""

    FORGED_HEAD = "forged_head"
    OTHER_LOG = "other_log"
    OTHER_KEY = "other_key"
    CUT = "cut"
    REWRITTEN = "rewritten"
    BACK_DATED = "back_dated"
    DISORDER = "disorder"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class LogFault:
    """One proven breach, in words."""

    breach: Breach
    text: Text


@dataclass(frozen=True, slots=True)
class LeafRecord:
    """A leaf as it was found: the bytes that are hashed, and the time that they claim where they can be read."""

    body: bytes
    at: datetime | None


def check_log(
    log_id: str, leaves: Iterable[LeafRecord], heads: Iterable[TreeHead], trusted: Iterable[str] = ()
) -> Iterator[LogFault]:
    """Every breach that the heads prove; ``trusted`` are the ids of the keys that may have signed."""
    known, believed = set(trusted), list[TreeHead]()
    for head in heads:
        fault = _disbelieved(head, log_id, known)
        if fault:
            yield fault
        else:
            believed.append(head)
    yield from _Scan(believed).over(leaves)


def _disbelieved(head: TreeHead, log_id: str, known: set[str]) -> LogFault | None:
    if not head.sound:
        return _fault(Breach.FORGED_HEAD, head, "签名不符，树头不可信", "the signature does not fit")
    if known and head.key.key_id not in known:
        return _fault(Breach.OTHER_KEY, head, f"由陌生密钥 {head.key.key_id} 签名", f"signed by {head.key.key_id}")
    if head.log_id != log_id:
        return _fault(Breach.OTHER_LOG, head, "属于另一本日志", "belongs to another log")
    return None


class _Scan:
    """Holds each head against the log as it was at the head's size, while the leaves go by."""

    def __init__(self, heads: Iterable[TreeHead]) -> None:
        self._ahead = sorted(heads, key=lambda head: head.size, reverse=True)
        self._edge = Frontier()
        self._latest: TreeHead | None = None  # of those that agree; no later leaf may claim an earlier time

    def over(self, leaves: Iterable[LeafRecord]) -> Iterator[LogFault]:
        before: datetime | None = None
        for index, leaf in enumerate(leaves):
            yield from self._passed()
            if leaf.at and before and leaf.at < before:
                text = Text(f"第 {index} 条早于前一条", f"leaf {index} is older than the one before it")
                yield LogFault(Breach.DISORDER, text)
            if leaf.at and self._latest and leaf.at < self._latest.at:
                yield _back_dated(self._latest, index, leaf.at)
            before = leaf.at or before
            for _ in self._edge.append(leaf_hash(leaf.body)):
                pass
        yield from self._passed()
        for head in reversed(self._ahead):
            missing = head.size - self._edge.size
            yield _fault(
                Breach.CUT,
                head,
                f"日志比树头少 {missing} 条：已被删除",
                f"{counted(missing, 'leaf was', 'leaves were')} deleted",
            )

    def _passed(self) -> Iterator[LogFault]:
        while self._ahead and self._ahead[-1].size == self._edge.size:
            head = self._ahead.pop()
            if self._edge.root().hex() != head.root.sha256:
                yield _fault(
                    Breach.REWRITTEN,
                    head,
                    f"前 {head.size} 条与签名时不同：有删除、改动或调换顺序",
                    f"the first {counted(head.size, 'leaf was', 'leaves were')} deleted, changed or put in another order",
                )
            elif self._latest is None or head.at > self._latest.at:
                self._latest = head


def _back_dated(head: TreeHead, index: int, at: datetime) -> LogFault:
    return _fault(
        Breach.BACK_DATED,
        head,
        f"第 {index} 条自称 {written(at)}，但签名时还不存在：倒填日期",
        f"leaf {index} claims {written(at)} but was not there when the head was signed: back-dated",
    )


def _fault(breach: Breach, head: TreeHead, zh: str, en: str) -> LogFault:
    name_zh, name_en = f"树头 {head.size} 条 {written(head.at)}：", f"head of {head.size}, {written(head.at)}: "
    return LogFault(breach, Text(name_zh + zh, name_en + en))
