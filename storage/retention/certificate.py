"""The deletion certificate (删除证明): what was deleted, by which duty, when, by whom; signed, and proven to be in the log."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from facts.digest import Digest
from facts.errors import InputError
from facts.retention import RetentionEntry, Use
from facts.text import Text
from storage.evidence_log.errors import LogInputError
from storage.evidence_log.head import TreeHead, head_of
from storage.evidence_log.leaf import Leaf, LeafKind, LeafProof
from storage.evidence_log.proofs import canonical, leaf_hash, root_from_inclusion
from storage.evidence_log.signature import DigitalSigner, PublicKey
from storage.evidence_log.wire import bytes_of, fields_of, written

SCHEMA, FILE_SCHEMA = "xueshi.deletion/1", "xueshi.deletion-file/1"
_BODY = {"store": str, "enforcement": str, "sha256": str, "version_id": str, "size_bytes": int, "classes": list}
_BODY |= {"keep_until": str, "rule": str, "begun_at": str, "deleted_at": str, "resumed": bool, "tool": str}
_BODY |= {"algorithm": str, "public_key": str, "signature": str}
_FILE = {"certificate": str, "leaf": str, "index": int, "path": list, "head": dict}


@dataclass(frozen=True, slots=True)
class Made:
    """Where, when and by what a deletion was done."""

    store: str
    enforcement: str
    begun_at: datetime
    deleted_at: datetime
    resumed: bool
    tool: str


def certificate(kept: RetentionEntry, made: Made, signer: DigitalSigner) -> str:
    """One line of canonical JSON; no name of a person is in it."""
    body: dict[str, object] = {
        "schema": SCHEMA,
        "store": made.store,
        "enforcement": made.enforcement,
        "sha256": kept.digest.sha256,
        "version_id": kept.version_id,
        "size_bytes": kept.size_bytes,
        "classes": [_class(use) for use in kept.uses],
        "keep_until": written(kept.keep_until),
        "rule": kept.binding.rule,
        "begun_at": written(made.begun_at),
        "deleted_at": written(made.deleted_at),
        "resumed": made.resumed,  # the program was killed once; the object was found gone or deleted afterwards
        "tool": made.tool,
        "algorithm": signer.public.algorithm,
        "public_key": signer.public.raw.hex(),
    }
    return canonical({**body, "signature": signer.sign(_signed(body)).hex()}).decode()


def _class(use: Use) -> dict[str, str]:
    own = {"class_id": use.class_id, "institution": use.institution, "category": use.category.value, "rule": use.rule}
    return {**own, "label": use.label, "base": use.base.isoformat(), "keep_until": written(use.keep_until)}


def _signed(body: dict[str, Any]) -> bytes:
    return SCHEMA.encode() + b"\n" + canonical(body)


def read_certificate(text: str) -> tuple[dict[str, Any], PublicKey, bool]:
    """What the certificate says, whose key is named, and whether that key signed it."""
    body = fields_of(text.encode(), "certificate", SCHEMA, _BODY)
    signature = bytes_of(body["signature"], "certificate: signature")
    key = PublicKey(body["algorithm"], bytes_of(body["public_key"], "certificate: public_key"))
    said = {name: value for name, value in body.items() if name != "signature"}
    return said, key, key.accepts(_signed(said), signature)


def bundle(text: str, proof: LeafProof, head: TreeHead) -> bytes:
    """The certificate with the proof that the log holds it, for people to keep."""
    body = {"schema": FILE_SCHEMA, "certificate": text, **proof.plain(), "head": head.plain()}
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def check_bundle(data: bytes, what: str, key_ids: Collection[str] = ()) -> tuple[dict[str, Any], tuple[Text, ...]]:
    """What the file says was deleted, and everything wrong with it; offline, every fault at once."""
    body = fields_of(data, what, FILE_SCHEMA, _FILE)
    said, key, signed = read_certificate(body["certificate"])
    try:
        head, leaf = head_of(body["head"]), Leaf.from_bytes(body["leaf"].encode())
        path = [bytes_of(str(step), f"{what}: path", 32) for step in body["path"]]
    except InputError as error:
        raise LogInputError(f"{what}: {error}") from error
    proven = root_from_inclusion(leaf_hash(body["leaf"].encode()), body["index"], head.size, path)
    about = leaf.kind is LeafKind.DELETION and leaf.sha256 == Digest.of(body["certificate"].encode())
    holds = {
        Text("证明的签名不成立", "the certificate's signature does not hold"): signed,
        Text("日志叶不是关于这份证明的", "the log's leaf is not about this certificate"): about,
        Text("日志叶不在树头之下", "the leaf is not under the tree head"): proven == bytes.fromhex(head.root.sha256),
        Text("树头的签名不成立", "the tree head's signature does not hold"): head.sound,
    }
    return said, (*(fault for fault, ok in holds.items() if not ok), *_strangers(key, head.key, key_ids))


def _strangers(key: PublicKey, head_key: PublicKey, key_ids: Collection[str]) -> Iterator[Text]:
    wanted = ", ".join(key_ids)
    for zh, en, one in (("证明", "certificate", key), ("树头", "tree head", head_key)):
        if key_ids and one.key_id not in key_ids:
            yield Text(
                f"{zh}由密钥 {one.key_id} 签名，应为 {wanted}", f"{en}: signed by {one.key_id}, expected {wanted}"
            )
