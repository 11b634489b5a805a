"""Checks one Xueshi evidence package (证据包) with nothing but Python 3.9 or newer; a copy travels in each package.

    python3 verify.py [PACKAGE] [--originals DIR] [--heads FILE] [--key FINGERPRINT] [--lang zh|en]

Ends with 0 if everything holds and with 30 if anything does not. It imports nothing of Xueshi on purpose: whoever
doubts Xueshi reads these pages instead. Formats: BagIt 1.0 (RFC 8493), Merkle proofs (RFC 6962), Ed25519 (RFC 8032).
SM2 signatures are checked by the machine's ``openssl``, and count as faults without it. Of time stamps (RFC 3161) only
what they say is read here; the command that checks their signatures is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from storage.evidence_log.der import SHA256_OID, stamp_words
from storage.evidence_log.openssl import SM2, sm2_accepts
from storage.evidence_log.proofs import canonical, consistent, ed25519, leaf_hash, root_from_inclusion

BAG, SEAL, LOG, HEADS, ORIGINALS = "包 bag", "签名 seal", "日志 log", "树头 heads", "原件 originals"
STAMPED, STAMPS = "时间戳 stamps", "log/stamps.json"
TAGMANIFEST, MANIFEST, SIGNATURE = "tagmanifest-sha256.txt", "manifest-sha256.txt", "signature.json"
LEAVES, PACKED_HEADS, KEYS = "log/leaves.jsonl", "log/heads.json", "log/keys.json"
FACTS, VERDICTS, LISTED = "data/facts.json", "data/verdicts.jsonl", "data/originals.json"
NEEDED = ("bagit.txt", "bag-info.txt", MANIFEST, LEAVES, PACKED_HEADS, KEYS)
BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MOST_BYTES = 256 << 20  # of any file that is parsed rather than hashed
OK, BAD, NOTE = "✓", "✗", "!"
_STAMP = re.compile(r"log/stamps/[0-9]{3,6}\.tsr")
_CLOCKS_APART = timedelta(days=1)
_LINE = re.compile(r"([0-9a-f]{64})[ \t]+\*?(\S.*)")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True)
class Line:
    """One thing that was checked, and the result."""

    part: str
    mark: str
    zh: str
    en: str


@dataclass
class PackageExamination:
    """One examination of one package; ``lines`` are its findings in order, all of them, good and bad."""

    root: Path
    originals: Path | None = None
    heads: Path | None = None
    key: str = ""
    told: Callable[[int, int], None] | None = None
    stamp_fault: Callable[[bytes, bytes], str] | None = None  # by whoever has a library and a root that he trusts
    lines: list[Line] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    leaves: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong and something was found right."""
        return bool(self.lines) and all(line.mark != BAD for line in self.lines)

    def run(self) -> list[Line]:
        """Every part, whatever the earlier ones found."""
        parts: list[tuple[str, Callable[[], None]]] = [(BAG, self._bag), (SEAL, self._seal), (LOG, self._log)]
        parts += [(STAMPED, self._stamps), (ORIGINALS, self._originals)]
        parts += [(HEADS, self._heads)] if self.heads else []
        for part, look in parts:
            try:
                look()
            except _UNREADABLE as error:
                what = f"{type(error).__name__}: {error}"
                self._say(part, BAD, f"无法读取：{what}", f"cannot be read: {what}")
        return self.lines

    def _say(self, part: str, mark: str, zh: str, en: str) -> None:
        self.lines.append(Line(part, mark, shown(zh), shown(en)))

    def _bytes(self, name: str) -> bytes:
        if name not in self.files:
            raise ValueError(f"{name} 不存在 is not there")
        if self.files[name] > MOST_BYTES:
            raise ValueError(f"{name} 过大 is too large ({self.files[name]} bytes)")
        return (self.root / name).read_bytes()

    # 1. The bag: every file is named, every named file is there and unchanged, nothing else is there.

    def _bag(self) -> None:
        self._walk(self.root, "")
        if self._bytes("bagit.txt") != BAGIT_TXT:
            self._say(BAG, BAD, "bagit.txt 不是 BagIt 1.0 声明", "bagit.txt does not declare BagIt 1.0")
        payload = self._manifest(MANIFEST)
        tags = self._manifest(TAGMANIFEST)
        for name in NEEDED:
            if name not in tags:
                self._say(BAG, BAD, f"{TAGMANIFEST} 未列 {name}", f"{TAGMANIFEST} does not name {name}")
        for name in sorted(payload):
            if not name.startswith("data/"):
                self._say(BAG, BAD, f"{MANIFEST} 列有 data/ 之外的 {name}", f"{MANIFEST} names {name} outside data/")
        self.listed = {**payload, **tags}
        for name in sorted(set(self.files) - set(self.listed) - {TAGMANIFEST, SIGNATURE}):
            self._say(BAG, BAD, f"多出的文件 {name}", f"a file that nothing names: {name}")
        self._hash(self._fetched(payload))

    def _walk(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                name, mode = prefix + entry.name, entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    self._walk(folder / entry.name, f"{name}/")
                elif stat.S_ISREG(mode):
                    self.files[name] = entry.stat(follow_symlinks=False).st_size
                else:
                    self._say(BAG, BAD, f"{name} 是链接或特殊文件，未读取", f"{name} is a link or a device, not read")

    def _manifest(self, name: str) -> dict[str, str]:
        if name not in self.files:
            self._say(BAG, BAD, f"缺少 {name}", f"{name} is missing")
            return {}
        named: dict[str, str] = {}
        for number, line in enumerate(self._bytes(name).decode().splitlines(), 1):
            found = _LINE.fullmatch(line)
            path = found.group(2) if found else ""
            if not found or unsafe(path) or path in named:
                self._say(BAG, BAD, f"{name} 第 {number} 行不可信：{line[:120]}", f"{name} line {number}: {line[:120]}")
            else:
                named[path] = found.group(1)
        return named

    def _fetched(self, payload: dict[str, str]) -> set[str]:
        """What fetch.txt says lies elsewhere, as far as the manifest vouches for it and it is not here."""
        elsewhere = set()
        for line in self._bytes("fetch.txt").decode().splitlines() if "fetch.txt" in self.files else ():
            words = line.split(None, 2)
            name = words[2] if len(words) == 3 else ""  # noqa: PLR2004 - address, size, path
            if name not in payload:
                self._say(BAG, BAD, f"fetch.txt 不可信：{line[:120]}", f"fetch.txt names what no manifest does: {line}")
            elsewhere.add(name)
        return elsewhere - set(self.files)

    def _hash(self, elsewhere: set[str]) -> None:
        total, done, good = sum(self.files.values()), 0, 0
        for name, digest in sorted(self.listed.items()):
            if name not in self.files:
                if name not in elsewhere:
                    self._say(BAG, BAD, f"缺少文件 {name}", f"missing file {name}")
                continue
            if digest_of(self.root / name) == digest:
                good += 1
            else:
                self._say(BAG, BAD, f"{name} 已被改动（摘要不符）", f"{name} was changed (its digest differs)")
            done += self.files[name]
            if self.told:
                self.told(done, total)
        if good:
            self._say(BAG, OK, f"{good} 个文件与清单一致", f"{good} files match the manifests")

    # 2. The seal: the institution's key signed the list of lists.

    def _seal(self) -> None:
        seal = json.loads(self._bytes(SIGNATURE))
        body = {"algorithm": seal["algorithm"], "public_key": seal["public_key"], "sha256": seal["sha256"]}
        if digest_of(self.root / TAGMANIFEST) != seal["sha256"]:
            self._say(SEAL, BAD, f"{TAGMANIFEST} 不是被签名的那一份", f"{TAGMANIFEST} is not the one that was signed")
        self._signed(SEAL, "xueshi.seal/1", body, seal, "封包签名", "the seal")
        chain = self._chain()
        if seal["public_key"] not in chain or self._package_head().get("public_key") not in chain:
            self._say(
                SEAL, BAD, "签名密钥不在密钥清单中：密钥被换过", "the key is not in the list of keys: it was replaced"
            )
        mine = key_id(seal)
        if self.key:
            good = self.key.lower() == mine
            self._say(SEAL, OK if good else BAD, f"密钥指纹 {mine}", f"key fingerprint {mine}")
        elif not self.heads:
            zh = f"密钥指纹 {mine}：请与机构公布的指纹或监管部门留存的树头（--heads）核对"
            self._say(SEAL, NOTE, zh, f"key fingerprint {mine}: compare it with the published one or use --heads")

    def _signed(self, part: str, schema: str, body: dict[str, Any], whole: dict[str, Any], zh: str, en: str) -> bool:
        good = accepted(whole, schema.encode() + b"\n" + canonical(body), whole["signature"])
        if good is None:
            self._unchecked(part, whole["algorithm"], zh, en)
            return False
        words = ("有效", "is valid") if good else ("无效", "is not valid")
        self._say(part, OK if good else BAD, f"{zh}{words[0]}", f"{en} {words[1]}")
        return good

    def _unchecked(self, part: str, name: str, zh: str, en: str) -> None:
        """A signature that nobody here can check is a fault: what was not checked must not read as a pass."""
        if name == SM2:
            zh, en = (
                f"{zh}：本机没有 OpenSSL 3，SM2 签名未能核对",
                f"{en}: SM2 needs OpenSSL 3 on this machine, not checked",
            )
        else:
            zh, en = f"{zh}：不认识算法 {name}，未能核对", f"{en}: unknown algorithm {name}, not checked"
        self._say(part, BAD, zh, en)

    def _chain(self) -> list[str]:
        """The keys that vouch for each other in order."""
        keys: list[str] = []
        for before, entry, good in vouched_keys(json.loads(self._bytes(KEYS))["keys"]):
            if good:
                keys.append(entry["public_key"])
            elif good is None:
                self._unchecked(SEAL, before["algorithm"], "密钥更换", "the change of keys")
            elif before:
                self._say(SEAL, BAD, "密钥更换没有前一把密钥的签名", "a key is not vouched for by the one before it")
            else:
                self._say(SEAL, BAD, "密钥清单缺少开头的密钥", "the list of keys lacks its first keys")
        return keys

    # 3. The log: every leaf leads to the signed head, and what the package says is what the log says.

    def _package_head(self) -> dict[str, Any]:
        heads = json.loads(self._bytes(PACKED_HEADS))["heads"]
        return dict(heads[-1])

    def _log(self) -> None:
        self.head = self._package_head()
        self._head_signed(self.head)
        root, size, wrong = bytes.fromhex(self.head["root"]), self.head["size"], 0
        for row in self._bytes(LEAVES).splitlines():
            entry = json.loads(row)
            leaf, path = entry["leaf"].encode(), [bytes.fromhex(step) for step in entry["path"]]
            if root_from_inclusion(leaf_hash(leaf), entry["index"], size, path) != root:
                wrong += 1
                self._say(LOG, BAD, f"第 {entry['index']} 条不在日志里", f"leaf {entry['index']} is not in the log")
                continue
            self.leaves.append((entry["index"], json.loads(leaf)))
        if self.leaves and not wrong:
            count = len(self.leaves)
            self._say(LOG, OK, f"{count} 条都在 {size} 条的日志里", f"{count} leaves are in the log of {size}")
        self._agrees()

    def _head_signed(self, head: dict[str, Any], part: str = LOG) -> bool:
        body = {name: head[name] for name in ("log_id", "size", "root", "at", "algorithm", "public_key")}
        zh, en = f"树头（{head['size']} 条，{head['at']}）签名", f"the head of {head['size']} leaves, {head['at']},"
        return self._signed(part, "xueshi.head/1", body, head, zh, en)

    def _agrees(self) -> None:
        logged = {(leaf["kind"], leaf["sha256"]) for _, leaf in self.leaves}
        digests = {leaf["sha256"] for _, leaf in self.leaves}
        late = [index for index, leaf in self.leaves if leaf["at"] > self.head["at"]]
        for index in late:
            self._say(LOG, BAD, f"第 {index} 条晚于树头", f"leaf {index} is later than the head")
        if ("facts", self.listed.get(FACTS)) not in logged:
            self._say(LOG, BAD, "事实文件不在日志里", f"{FACTS} is not in the log")
        rows = self._bytes(VERDICTS).splitlines()
        missing = sum(("verdict", hashlib.sha256(row).hexdigest()) not in logged for row in rows)
        missing += sum(entry["sha256"] not in digests for entry in json.loads(self._bytes(LISTED))["originals"])
        if missing:
            self._say(
                LOG, BAD, f"{missing} 项结论或原件不在日志里", f"{missing} verdicts or originals are not in the log"
            )
        else:
            zh = f"{len(rows)} 个学时结论与全部原件摘要都已入日志"
            self._say(LOG, OK, zh, f"{len(rows)} verdicts and every original's digest are in the log")

    # 4. The originals: in the package, or found elsewhere by their content.

    def _originals(self) -> None:
        listed = json.loads(self._bytes(LISTED))
        store = listed.get("store") or {}
        if store:
            zh, en = (
                f"证据库约束级别 {store['enforcement']}：{store['zh']}",
                f"store: {store['enforcement']}: {store['en']}",
            )
            self._say(ORIGINALS, NOTE, zh, en)
        inside: list[dict[str, Any]] = []
        absent: list[dict[str, Any]] = []
        for entry in listed["originals"]:
            here = self.listed.get(entry.get("bag_path", ""))
            (inside if entry.get("bag_path", "") in self.files else absent).append(entry)
            if here is not None and here != entry["sha256"]:
                self._say(ORIGINALS, BAD, f"{entry['path']} 摘要前后矛盾", f"{entry['path']} has two digests")
        if inside:
            self._say(ORIGINALS, OK, f"{len(inside)} 个原件在包内", f"{len(inside)} originals are in the package")
        if absent and self.originals is None:
            zh = f"{len(absent)} 个原件不在包内，只核对了日志中的摘要；用 --originals 目录 可核对字节"
            self._say(ORIGINALS, NOTE, zh, f"{len(absent)} originals are elsewhere; --originals DIR checks their bytes")
        elif absent and self.originals is not None:
            self._sought(absent, self.originals)

    def _sought(self, absent: list[dict[str, Any]], folder: Path) -> None:
        by_size: dict[int, list[Path]] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                by_size.setdefault(path.stat().st_size, []).append(path)
        known: dict[Path, str] = {}
        good = 0
        for entry in absent:
            candidates = by_size.get(entry["size_bytes"], [])
            known.update({path: digest_of(path) for path in candidates if path not in known})
            if any(known[path] == entry["sha256"] for path in candidates):
                good += 1
            else:
                name = entry["path"]
                self._say(ORIGINALS, BAD, f"没有找到原件 {name}，或已被改动", f"not found, or changed: {name}")
        if good:
            self._say(ORIGINALS, OK, f"{good} 个原件逐字节一致", f"{good} originals are the same byte for byte")

    # 5. Heads that somebody else kept: with them the keeper of the log cannot have rewritten it.

    def _heads(self) -> None:
        assert self.heads is not None  # noqa: S101 - run() has looked
        mine, theirs = json.loads(self._bytes(PACKED_HEADS)), json.loads(self.heads.read_bytes()[:MOST_BYTES])
        theirs = theirs if "heads" in theirs else {"heads": [theirs], "consistency": []}
        keys, linked = self._chain(), {(self.head["size"], self.head["root"])}
        roots = {(head["size"], head["root"]) for head in (*mine["heads"], *theirs["heads"])} | linked
        edges = [pair for proof in (*mine["consistency"], *theirs["consistency"]) for pair in _tied(proof, roots)]
        while more := {end for pair in edges for end in pair if linked & set(pair)} - linked:
            linked |= more
        if not theirs["heads"]:
            self._say(HEADS, BAD, "文件里没有树头", "the file holds no head")
        for head in theirs["heads"]:
            if self._head_signed(head, HEADS):
                self._held_against(head, keys, linked)

    def _held_against(self, head: dict[str, Any], keys: list[str], linked: set[tuple[int, str]]) -> None:
        size, same_size = head["size"], {root for count, root in linked if count == head["size"]}
        if head["log_id"] != self.head["log_id"]:
            self._say(HEADS, BAD, "树头属于另一本日志", "the head belongs to another log")
        elif head["public_key"] not in keys:
            self._say(HEADS, BAD, "包的密钥不是树头的密钥：密钥被换过", "the package's key is not the head's: replaced")
        elif same_size and head["root"] not in same_size:
            zh = f"{size} 条时的日志与树头不同：有删除、改动或调换顺序"
            self._say(HEADS, BAD, zh, f"the log of {size} leaves differs from the head: it was rewritten")
        elif (size, head["root"]) not in linked:
            zh = "没有证明日志只增不改；请向机构索取 xueshi log heads --out 文件"
            self._say(
                HEADS, BAD, zh, "nothing proves that the log only grew; ask for the file of xueshi log heads --out"
            )
        else:
            self._say(HEADS, OK, f"日志与 {size} 条时的树头一致", f"the log agrees with the head of {size} leaves")
        for index, leaf in self.leaves:
            if index >= size and leaf["at"] < head["at"]:
                self._say(
                    HEADS, BAD, f"第 {index} 条倒填日期 {leaf['at']}", f"leaf {index} is back-dated: {leaf['at']}"
                )

    # 6. Time stamps: another authority's word that a head was there by a certain moment.

    def _stamps(self) -> None:
        if STAMPS not in self.files:
            if self.stamp_fault:
                self._say(STAMPED, BAD, "包内没有时间戳", "the package holds no time stamp")
            return
        packed = json.loads(self._bytes(PACKED_HEADS))["heads"]
        heads = {hashlib.sha256(canonical(head)).hexdigest(): head for head in packed}
        for entry in json.loads(self._bytes(STAMPS))["stamps"]:
            name = entry["file"]
            try:
                self._stamp(name, self._bytes(name if _STAMP.fullmatch(name) else ""), heads)
            except _UNREADABLE as error:
                self._say(STAMPED, BAD, f"{name} 不是时间戳：{error}", f"{name} is no time stamp: {error}")

    def _stamp(self, name: str, response: bytes, heads: dict[str, dict[str, Any]]) -> None:
        words = stamp_words(response)
        head = heads.get(words.imprint)
        if head is None or words.algorithm != SHA256_OID:
            self._say(STAMPED, BAD, f"{name} 不是包内任何树头的时间戳", f"{name} stamps no head of this package")
            return
        at = words.at.isoformat(timespec="seconds").replace("+00:00", "Z")
        zh, en = f"{head['size']} 条的树头由 {words.by} 于 {at} 盖时间戳", f"head of {head['size']}: {words.by}, {at}"
        signed = datetime.strptime(head["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)  # noqa: UP017 - Python 3.9 reads this
        if words.at < signed - _CLOCKS_APART:
            self._say(STAMPED, BAD, f"{zh}，树头却自称更晚", f"{en}; the head claims to be later than its own stamp")
        elif words.at > signed + _CLOCKS_APART:
            zh, en = f"{zh}，比树头自称的 {head['at']} 晚", f"{en}; later than the {head['at']} that the head claims"
        fault = self.stamp_fault(response, canonical(head)) if self.stamp_fault else ""
        if self.stamp_fault:
            words_zh, words_en = (
                ("，签名不可信：", "; its signature is not trusted: ") if fault else ("，已核对", ", checked")
            )
            self._say(STAMPED, BAD if fault else OK, f"{zh}{words_zh}{fault}", f"{en}{words_en}{fault}")
            return
        how = f"openssl ts -verify -digest {words.imprint} -in {name} -CAfile ROOT.pem"
        zh, en = (
            f"{zh}；此处未用可信根核对其签名，可运行：{how}",
            f"{en}; not checked against a trusted root here, run: {how}",
        )
        self._say(STAMPED, NOTE, zh, en)


def vouched_keys(entries: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], bool | None]]:
    """Each key behind the one before it, and whether that one vouches for it; ends at the first that it does not."""
    before: dict[str, Any] = {}
    for entry in entries:
        body = {name: entry[name] for name in ("algorithm", "before", "public_key", "since")}
        good: bool | None = not before and not entry["before"]
        if before and entry["before"] == key_id(before):
            good = accepted(before, b"xueshi.key/1\n" + canonical(body), entry["voucher"])
        yield before, entry, good
        if not good:
            return
        before = entry


def accepted(key: dict[str, Any], message: bytes, signature: str) -> bool | None:
    """Whether the signature is the key's; ``None`` where the algorithm cannot be checked on this machine."""
    public, said = bytes.fromhex(key["public_key"]), bytes.fromhex(signature)
    if key["algorithm"] == "ed25519":
        return ed25519(public, message, said)
    return sm2_accepts(public, message, said) if key["algorithm"] == SM2 else None


def _tied(proof: dict[str, Any], roots: set[tuple[int, str]]) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """The pairs of heads of which the proof shows that one log is the beginning of the other."""
    path: Sequence[bytes] = [bytes.fromhex(step) for step in proof["path"]]
    old, new = ([pair for pair in roots if pair[0] == proof[end]] for end in ("from", "to"))
    return [(a, b) for a in old for b in new if consistent(a[0], bytes.fromhex(a[1]), b[0], bytes.fromhex(b[1]), path)]


def unsafe(path: str) -> bool:
    """Whether a path could lead out of the package or mean different files on different systems."""
    steps = path.split("/")
    return path.startswith(("/", "~")) or "\\" in path or ":" in path or any(step in {"", ".", ".."} for step in steps)


def shown(text: str) -> str:
    """The text without anything that could steer a terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; a link is not followed."""
    digest = hashlib.sha256()
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:  # noqa: PTH123 - a descriptor
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def key_id(signed: dict[str, Any]) -> str:
    """The fingerprint that people compare."""
    return hashlib.sha256(signed["algorithm"].encode() + b":" + bytes.fromhex(signed["public_key"])).hexdigest()[:16]


def main() -> int:
    """Check the package and print what was found."""
    options = argparse.ArgumentParser(description="核验证据包 check an evidence package")
    options.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    options.add_argument("--originals", type=Path, help="原件所在目录 where the originals lie")
    options.add_argument("--heads", type=Path, help="另行留存的树头文件 heads that you kept")
    options.add_argument("--key", default="", help="机构公布的密钥指纹 the published fingerprint")
    options.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = options.parse_args()
    check = PackageExamination(asked.package, asked.originals, asked.heads, asked.key)
    out, part = [], ""
    for line in check.run():
        out += [line.part] if line.part != part else []
        part = line.part
        out.append(f"  {line.mark} {line.zh if asked.lang == 'zh' else line.en}")
    verdict = (
        ("✓ 证据包完好", "✓ the package holds") if check.sound else ("✗ 证据包不可信", "✗ do not believe the package")
    )
    out.append(verdict[asked.lang == "en"])
    sys.stdout.buffer.write(("\n".join(out) + "\n").encode())
    return 0 if check.sound else 30


if __name__ == "__main__":
    sys.exit(main())
