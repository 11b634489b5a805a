"""The seal: the institution's key signed the list of lists, and each of its keys vouches for the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from storage.evidence_log.openssl import SM2, sm2_accepts
from storage.evidence_log.proofs import canonical, ed25519
from storage.sealing.examination import BAD, KEYS, NOTE, OK, SIGNATURE, TAGMANIFEST, ExaminedPackage, digest_of, many

SEAL = "签名 seal"
HEAD_FIELDS = ("algorithm", "at", "log_id", "public_key", "root", "size")
MOST_KEYS = 256  # of a chain; a key a week for five years


def examine_seal(own: ExaminedPackage) -> None:
    """The signature over the list of lists, and whose it is."""
    seal = json.loads(own.bytes_of(SIGNATURE))
    body = {"algorithm": seal["algorithm"], "public_key": seal["public_key"], "sha256": seal["sha256"]}
    if digest_of(own.root / TAGMANIFEST) != seal["sha256"]:
        own.say(SEAL, BAD, f"{TAGMANIFEST} 不是被签名的那一份", f"{TAGMANIFEST} is not the one that was signed")
    is_signed(own, SEAL, "xueshi.seal/1", body, seal, "封包签名", "the seal")
    signature = bytes.fromhex(seal["signature"]).hex()
    written = json.dumps({"schema": "xueshi.seal/1", **body, "signature": signature}, indent=1) + "\n"
    if own.bytes_of(SIGNATURE) != written.encode():
        # Nothing else binds this file, and whoever changed a letter of it changed the package.
        own.say(SEAL, BAD, f"{SIGNATURE} 不是封存时写的那样", f"{SIGNATURE} is not as it was written")
    chain = key_chain(own)
    if seal["public_key"] not in chain or own.package_head().get("public_key") not in chain:
        own.say(SEAL, BAD, "签名密钥不在密钥清单中：密钥被换过", "the key is not in the list of keys: it was replaced")
    mine = key_id(seal)
    if own.key:
        good = own.key.lower() == mine
        own.say(SEAL, OK if good else BAD, f"密钥指纹 {mine}", f"key fingerprint {mine}")
    elif not own.heads:
        zh = f"密钥指纹 {mine}：请与机构公布的指纹或监管部门留存的树头（--heads）核对"
        own.say(SEAL, NOTE, zh, f"key fingerprint {mine}: compare it with the published one or use --heads")


def is_signed(
    own: ExaminedPackage, part: str, schema: str, body: dict[str, Any], whole: dict[str, Any], zh: str, en: str
) -> bool:
    """Whether the signature is the key's; said either way."""
    good = accepted(whole, schema.encode() + b"\n" + canonical(body), whole["signature"])
    if good is None:
        _unchecked(own, part, whole["algorithm"], zh, en)
        return False
    words = ("有效", "is valid") if good else ("无效", "is not valid")
    own.say(part, OK if good else BAD, f"{zh}{words[0]}", f"{en} {words[1]}")
    return good


def _unchecked(own: ExaminedPackage, part: str, name: str, zh: str, en: str) -> None:
    """A signature that nobody here can check is a fault: what was not checked must not read as a pass."""
    if name == SM2:
        zh, en = (
            f"{zh}：本机没有 OpenSSL 3，SM2 签名未能核对",
            f"{en}: SM2 needs OpenSSL 3 on this machine, not checked",
        )
    else:
        zh, en = f"{zh}：不认识算法 {name}，未能核对", f"{en}: unknown algorithm {name}, not checked"
    own.say(part, BAD, zh, en)


def key_chain(own: ExaminedPackage) -> list[str]:
    """The keys that vouch for each other in order; checked once."""
    if own.chained is None:
        own.chained = _vouched(own, json.loads(own.bytes_of(KEYS))["keys"])
    return own.chained


def _vouched(own: ExaminedPackage, entries: list[dict[str, Any]]) -> list[str]:
    keys: list[str] = []
    if len(entries) > MOST_KEYS:
        zh, en = (
            f"密钥清单有 {len(entries)} 把，至多 {MOST_KEYS} 把",
            f"{many(len(entries), 'key is', 'keys are')} listed, at most {MOST_KEYS} can be",
        )
        own.say(SEAL, BAD, zh, en)
        return keys
    for before, entry, good in vouched_keys(entries):
        if good:
            keys.append(entry["public_key"])
        elif good is None:
            _unchecked(own, SEAL, before["algorithm"], "密钥更换", "the change of keys")
        elif before:
            own.say(SEAL, BAD, "密钥更换没有前一把密钥的签名", "a key is not vouched for by the one before it")
        else:
            own.say(SEAL, BAD, "密钥清单缺少开头的密钥", "the list of keys lacks its first keys")
    return keys


def head_signed(own: ExaminedPackage, head: dict[str, Any], part: str) -> bool:
    """Whether the head is signed."""
    body = {name: head[name] for name in HEAD_FIELDS}
    zh, en = (
        f"树头（{head['size']} 条，{head['at']}）签名",
        f"the head of {many(head['size'], 'leaf', 'leaves')}, {head['at']},",
    )
    return is_signed(own, part, "xueshi.head/1", body, head, zh, en)


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


def head_holds(head: dict[str, Any]) -> bool:
    """Whether the head's own key signed it."""
    message = b"xueshi.head/1\n" + canonical({name: head[name] for name in HEAD_FIELDS})
    return accepted(head, message, head["signature"]) is True


def key_id(signed: dict[str, Any]) -> str:
    """The fingerprint that people compare."""
    return hashlib.sha256(signed["algorithm"].encode() + b":" + bytes.fromhex(signed["public_key"])).hexdigest()[:16]
