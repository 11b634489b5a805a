"""What signed heads say about a log whose keeper may have rewritten it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from facts.text import Text
from storage.log.head import TreeHead
from storage.log.leaf import Leaf
from storage.log.tree import Tree
from storage.log.wire import written


class Breach(StrEnum):
    """What the heads prove to have been done."""

    FORGED_HEAD = "forged_head"
    OTHER_LOG = "other_log"
    OTHER_KEY = "other_key"
    CUT = "cut"
    REWRITTEN = "rewritten"
    BACK_DATED = "back_dated"
    DISORDER = "disorder"


@dataclass(frozen=True, slots=True)
class LogFault:
    """One proven breach, in words."""

    breach: Breach
    text: Text


def check_log(
    log_id: str, leaves: Sequence[Leaf], tree: Tree, heads: Iterable[TreeHead], trusted: Iterable[str] = ()
) -> Iterator[LogFault]:
    """Every breach that the heads prove; ``trusted`` are the ids of the keys that may have signed."""
    yield from _disorder(leaves)
    known = set(trusted)
    for head in heads:
        if not head.sound:
            yield _fault(Breach.FORGED_HEAD, head, "签名不符，树头不可信", "the signature does not fit")
        elif known and head.key.key_id not in known:
            yield _fault(Breach.OTHER_KEY, head, f"由陌生密钥 {head.key.key_id} 签名", f"signed by {head.key.key_id}")
        elif head.log_id != log_id:
            yield _fault(Breach.OTHER_LOG, head, "属于另一本日志", "belongs to another log")
        else:
            yield from _against(leaves, tree, head)


def _against(leaves: Sequence[Leaf], tree: Tree, head: TreeHead) -> Iterator[LogFault]:
    if head.size > tree.size:
        missing = head.size - tree.size
        yield _fault(Breach.CUT, head, f"日志比树头少 {missing} 条：已被删除", f"{missing} leaves were deleted")
        return
    if tree.root(head.size).hex() != head.root.sha256:
        yield _fault(
            Breach.REWRITTEN,
            head,
            f"前 {head.size} 条与签名时不同：有删除、改动或调换顺序",
            f"the first {head.size} leaves were deleted, changed or put in another order",
        )
        return
    for index, leaf in enumerate(leaves):
        if index >= head.size and leaf.at < head.at:
            yield _fault(
                Breach.BACK_DATED,
                head,
                f"第 {index} 条自称 {written(leaf.at)}，但签名时还不存在：倒填日期",
                f"leaf {index} claims {written(leaf.at)} but was not there when the head was signed: back-dated",
            )


def _disorder(leaves: Sequence[Leaf]) -> Iterator[LogFault]:
    for index in range(1, len(leaves)):
        if leaves[index].at < leaves[index - 1].at:
            text = Text(f"第 {index} 条早于前一条", f"leaf {index} is older than the one before it")
            yield LogFault(Breach.DISORDER, text)


def _fault(breach: Breach, head: TreeHead, zh: str, en: str) -> LogFault:
    name_zh, name_en = f"树头 {head.size} 条 {written(head.at)}：", f"head of {head.size}, {written(head.at)}: "
    return LogFault(breach, Text(name_zh + zh, name_en + en))
