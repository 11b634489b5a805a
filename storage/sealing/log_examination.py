"""The log: every leaf leads to the signed head, and what the package says is what the log says."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from storage.evidence_log.proofs import canonical, leaf_hash, root_from_inclusion
from storage.sealing.examination import (
    BAD,
    FACTS,
    KEYS,
    LEAVES,
    LISTED,
    MANIFEST,
    NOTE,
    OK,
    PACKED_HEADS,
    SIGNATURE,
    STAMPS,
    TAGMANIFEST,
    TAGS,
    VERDICTS,
    ExaminedPackage,
    digest_of,
    many,
)
from storage.sealing.head_examination import tied_heads
from storage.sealing.seal_examination import HEAD_FIELDS, head_holds, head_signed

LOG = "日志 log"
BOUND = ("bagit.txt", "bag-info.txt", "README.md", "verify.py", KEYS)
STAMP_FILE = re.compile(r"log/stamps/[0-9]{3,6}\.tsr")
_LATER = {MANIFEST, LEAVES, PACKED_HEADS, STAMPS}  # made with or after the log's word, and checked for what they say


def examine_log(own: ExaminedPackage) -> None:
    """The head, the leaves' ways to it, and what they say."""
    own.head = own.package_head()
    head_signed(own, own.head, LOG)
    root, size, wrong = bytes.fromhex(own.head["root"]), own.head["size"], 0
    for row in own.bytes_of(LEAVES).splitlines():
        entry = json.loads(row)
        leaf, path = entry["leaf"].encode(), [bytes.fromhex(step) for step in entry["path"]]
        if root_from_inclusion(leaf_hash(leaf), entry["index"], size, path) != root:
            wrong += 1
            own.say(LOG, BAD, f"第 {entry['index']} 条不在日志里", f"leaf {entry['index']} is not in the log")
            continue
        own.leaves.append((entry["index"], json.loads(leaf)))
    if own.leaves and not wrong:
        count = len(own.leaves)
        own.say(
            LOG, OK, f"{count} 条都在 {size} 条的日志里", f"{many(count, 'leaf is', 'leaves are')} in the log of {size}"
        )
    _agrees(own)


def _agrees(own: ExaminedPackage) -> None:
    logged = {(leaf["kind"], leaf["sha256"]) for _, leaf in own.leaves}
    digests = {leaf["sha256"] for _, leaf in own.leaves}
    late = [index for index, leaf in own.leaves if leaf["at"] > own.head["at"]]
    for index in late:
        own.say(LOG, BAD, f"第 {index} 条晚于树头", f"leaf {index} is later than the head")
    if ("facts", own.listed.get(FACTS)) not in logged:
        own.say(LOG, BAD, "事实文件不在日志里", f"{FACTS} is not in the log")
    rows = own.bytes_of(VERDICTS).splitlines()
    missing = sum(("verdict", hashlib.sha256(row).hexdigest()) not in logged for row in rows)
    missing += sum(entry["sha256"] not in digests for entry in json.loads(own.bytes_of(LISTED))["originals"])
    if missing:
        own.say(
            LOG,
            BAD,
            f"{missing} 项结论或原件不在日志里",
            f"{many(missing, 'verdict or original is', 'verdicts or originals are')} not in the log",
        )
    else:
        zh = f"{len(rows)} 个学时结论与全部原件摘要都已入日志"
        own.say(LOG, OK, zh, f"{many(len(rows), 'verdict', 'verdicts')} and every original's digest are in the log")
    _whole(own) if own.is_bound() else _unbound(own)


def _unbound(own: ExaminedPackage) -> None:
    zh = "较早版本封存：日志只约束事实、逐学时结论和原件摘要；报告页、图片、原件清单、设置、条文文本、bag-info、README 与 verify.py 只有封包签名，持有密钥者仍可改动"
    en = (
        "sealed by an earlier version: the log binds facts, verdicts and originals only; the report, pictures, the list"
        " of originals, settings, the rulebook's text, bag-info, README and verify.py have the seal alone, and whoever"
        " holds the key could have changed them"
    )
    own.say(LOG, NOTE, zh, en)


def _whole(own: ExaminedPackage) -> None:
    """The log names the manifest, the manifest names every file of the payload, and one of those every tag."""
    digest = digest_of(own.root / MANIFEST)
    subjects = {leaf["subject"] for _, leaf in own.leaves if leaf["kind"] == "facts"}
    manifests = [
        (index, leaf)
        for index, leaf in own.leaves
        if leaf["kind"] == "package" and leaf["sha256"] == digest and leaf["subject"] in subjects
    ]
    if manifests:
        own.sealed_at, at = manifests[0][0], manifests[0][1]["at"]
        zh = f"清单在日志第 {own.sealed_at} 条（{at}）：每个文件都是封存时的样子"
        own.say(LOG, OK, zh, f"the manifest is leaf {own.sealed_at} ({at}): every file is as it was sealed")
    else:
        zh = f"{MANIFEST} 不在日志里：封存之后被改写"
        own.say(LOG, BAD, zh, f"{MANIFEST} is not in the log: it was rewritten after it was sealed")
    _tags_bound(own)
    _one_set(own)
    _letter(own)


def _letter(own: ExaminedPackage) -> None:
    """Made after the log's word, so bound by nothing but itself: what it proves, as it was written, and no more."""
    rows = [json.loads(row) for row in own.bytes_of(LEAVES).splitlines()]
    plain = b"".join(canonical({name: row[name] for name in ("index", "leaf", "path")}) + b"\n" for row in rows)
    places, log = [row["index"] for row in rows], json.loads(own.bytes_of(TAGS)).get("log") or {}
    spoken = sorted([leaf["kind"], leaf["sha256"]] for _, leaf in own.leaves if leaf["kind"] != "package")
    known = not log or log["leaves"] == hashlib.sha256(canonical(spoken)).hexdigest()
    if plain != own.bytes_of(LEAVES) or places != sorted(set(places)) or not known:
        own.say(LOG, BAD, f"{LEAVES} 不是封存时写的那样", f"{LEAVES} is not as it was written")
    packed = json.loads(own.bytes_of(PACKED_HEADS))
    heads = [
        {"schema": "xueshi.head/1", **{name: head[name] for name in (*HEAD_FIELDS, "signature")}}
        for head in packed["heads"]
    ]
    proofs = [{name: proof[name] for name in ("from", "to", "path")} for proof in packed["consistency"]]
    body = {"schema": "xueshi.heads/1", "heads": heads, "consistency": proofs}
    written = json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"
    if written != own.bytes_of(PACKED_HEADS) or not _earlier(own, heads[:-1], proofs, log.get("heads")):
        own.say(LOG, BAD, f"{PACKED_HEADS} 不是封存时写的那样", f"{PACKED_HEADS} is not as it was written")


def _earlier(
    own: ExaminedPackage, heads: list[dict[str, Any]], proofs: list[dict[str, Any]], bound: str | None
) -> bool:
    """Whether the heads before the last are those of the sealing, each with its proof that the log only grew."""
    roots: dict[int, set[tuple[int, str]]] = {own.head["size"]: {(own.head["size"], own.head["root"])}}
    for head in heads:
        roots.setdefault(head["size"], set()).add((head["size"], head["root"]))
    grown = [proof["from"] for proof in proofs]
    return (
        (hashlib.sha256(canonical(heads)).hexdigest() == bound if bound else all(map(head_holds, heads)))
        and grown == sorted(size for size in roots if 0 < size < own.head["size"])
        and all(proof["to"] == own.head["size"] and tied_heads(proof, roots) for proof in proofs)
    )


def _tags_bound(own: ExaminedPackage) -> None:
    named = json.loads(own.bytes_of(TAGS))["tags"]
    beside = {name for name in own.files if not name.startswith("data/")} - {TAGMANIFEST, SIGNATURE} - _LATER
    for name in sorted(set(named) | set(BOUND) | {name for name in beside if not STAMP_FILE.fullmatch(name)}):
        if name not in named:
            own.say(LOG, BAD, f"{name} 没有被清单约束", f"{name} is bound by nothing")
        elif name not in own.files or digest_of(own.root / name) != named[name]:
            own.say(LOG, BAD, f"{name} 不是封存时的那一份", f"{name} is not the one that was sealed")


def _one_set(own: ExaminedPackage) -> None:
    """What the facts say was read, the recordings they speak of, and the originals that are listed."""
    facts = own.facts()
    said = {(one["path"], one["digest"]["sha256"]) for one in facts["inputs"] if one["digest"]}
    listed = {(one["path"], one["sha256"]) for one in json.loads(own.bytes_of(LISTED))["originals"]}
    for path, _ in sorted(said - listed):
        own.say(LOG, BAD, f"事实用到而原件清单没有：{path}", f"the facts used it, the originals lack it: {path}")
    for path, _ in sorted(listed - said):
        own.say(LOG, BAD, f"原件清单有而事实没有用到：{path}", f"listed as an original, unknown to the facts: {path}")
    for one in _seen_in(facts):
        if (one["path"], (one["digest"] or {}).get("sha256")) not in said | {(one["path"], None)}:
            path = one["path"]
            own.say(LOG, BAD, f"录像不在事实的材料里：{path}", f"a recording that is none of the facts' files: {path}")


def _seen_in(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The recordings that hold anything of the sealed class hours; the facts name those of other days too."""
    spans = [(_time_of(hour["span"]["start"]), _time_of(hour["span"]["end"])) for hour in facts["hours"]]
    return [
        one
        for one in facts["segments"]
        if any(
            _time_of(s["start"]) < end and start < _time_of(s["end"]) for s in one["stretches"] for start, end in spans
        )
    ]


def _time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)
