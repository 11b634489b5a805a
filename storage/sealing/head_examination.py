"""Heads that somebody else kept: with them the keeper of the log cannot have rewritten it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from storage.evidence_log.proofs import consistent
from storage.sealing.examination import BAD, MOST_BYTES, NOTE, OK, PACKED_HEADS, ExaminedPackage, many
from storage.sealing.seal_examination import head_signed, key_chain

HEADS = "树头 heads"


def examine_heads(own: ExaminedPackage) -> None:
    """The package's log is the one that the kept heads are of."""
    assert own.heads is not None  # noqa: S101 - run() has looked
    mine, theirs = json.loads(own.bytes_of(PACKED_HEADS)), json.loads(own.heads.read_bytes()[:MOST_BYTES])
    theirs = theirs if "heads" in theirs else {"heads": [theirs], "consistency": []}
    keys, linked = key_chain(own), {(own.head["size"], own.head["root"])}
    roots: dict[int, set[tuple[int, str]]] = {}
    for size, root in {(head["size"], head["root"]) for head in (*mine["heads"], *theirs["heads"])} | linked:
        roots.setdefault(size, set()).add((size, root))
    edges = [pair for proof in (*mine["consistency"], *theirs["consistency"]) for pair in tied_heads(proof, roots)]
    while more := {end for pair in edges for end in pair if not linked.isdisjoint(pair)} - linked:
        linked |= more
    if not theirs["heads"]:
        own.say(HEADS, BAD, "文件里没有树头", "the file holds no head")
    for head in theirs["heads"]:
        if head_signed(own, head, HEADS):
            _held_against(own, head, keys, linked)


def _held_against(own: ExaminedPackage, head: dict[str, Any], keys: list[str], linked: set[tuple[int, str]]) -> None:
    size, same_size = head["size"], {root for count, root in linked if count == head["size"]}
    if head["log_id"] != own.head["log_id"]:
        own.say(HEADS, BAD, "树头属于另一本日志", "the head belongs to another log")
    elif head["public_key"] not in keys:
        own.say(HEADS, BAD, "包的密钥不是树头的密钥：密钥被换过", "the package's key is not the head's: replaced")
    elif same_size and head["root"] not in same_size:
        zh = f"{size} 条时的日志与树头不同：有删除、改动或调换顺序"
        own.say(HEADS, BAD, zh, f"the log of {many(size, 'leaf', 'leaves')} differs from the head: it was rewritten")
    elif (size, head["root"]) not in linked:
        zh = "没有证明日志只增不改；请向机构索取 xueshi log heads --out 文件"
        own.say(HEADS, BAD, zh, "nothing proves that the log only grew; ask for the file of xueshi log heads --out")
    else:
        own.say(
            HEADS,
            OK,
            f"日志与 {size} 条时的树头一致",
            f"the log agrees with the head of {many(size, 'leaf', 'leaves')}",
        )
        if own.sealed_at is not None and own.sealed_at >= size:
            zh = f"封存晚于这个树头（第 {own.sealed_at} 条）：它不能证明封存时的样子，请用之后留存的树头"
            en = f"sealed after this head (leaf {own.sealed_at}): it cannot prove how; use a head that was kept later"
            own.say(HEADS, NOTE, zh, en)
    for index, leaf in own.leaves:
        if index >= size and leaf["at"] < head["at"]:
            own.say(HEADS, BAD, f"第 {index} 条倒填日期 {leaf['at']}", f"leaf {index} is back-dated: {leaf['at']}")


def tied_heads(
    proof: dict[str, Any], roots: dict[int, set[tuple[int, str]]]
) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """The pairs of heads of which the proof shows that one log is the beginning of the other."""
    path: Sequence[bytes] = [bytes.fromhex(step) for step in proof["path"]]
    old, new = (roots.get(proof[end], ()) for end in ("from", "to"))
    return [(a, b) for a in old for b in new if consistent(a[0], bytes.fromhex(a[1]), b[0], bytes.fromhex(b[1]), path)]
