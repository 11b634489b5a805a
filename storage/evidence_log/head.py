"""The signed tree head (树头): a few hundred bytes that pin down everything the log held at that moment."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from facts.digest import Digest
from storage.evidence_log.errors import LogInputError
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import DigitalSigner, PublicKey
from storage.evidence_log.wire import bytes_of, fields_of, moment_of, trimmed, written

SCHEMA = "xueshi.head/1"
FILE_SCHEMA = "xueshi.heads/1"
_FIELDS = {"log_id": str, "size": int, "root": str, "at": str, "algorithm": str, "public_key": str, "signature": str}
_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class TreeHead:
    """So many leaves, this root, at this time, signed by this key."""

    log_id: str
    size: int
    root: Digest
    at: datetime
    key: PublicKey
    signature: bytes = b""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers: everything but itself, under a name that nothing else is signed under."""
        body = {"log_id": self.log_id, "size": self.size, "root": self.root.sha256, "at": written(self.at)}
        body |= {"algorithm": self.key.algorithm, "public_key": self.key.raw.hex()}
        return SCHEMA.encode() + b"\n" + canonical(body)

    @property
    def sound(self) -> bool:
        """Whether the head's own key signed it."""
        return self.key.accepts(self.signed_bytes, self.signature)

    def plain(self) -> dict[str, object]:
        """The head as JSON types."""
        body = json.loads(self.signed_bytes.partition(b"\n")[2])
        return {"schema": SCHEMA, **body, "signature": self.signature.hex()}


def sign_head(signer: DigitalSigner, log_id: str, size: int, root: bytes, at: datetime) -> TreeHead:
    """The head of a log, signed now."""
    bare = TreeHead(log_id, size, Digest(root.hex()), trimmed(at), signer.public)
    return TreeHead(log_id, size, bare.root, bare.at, bare.key, signer.sign(bare.signed_bytes))


def head_of(value: object) -> TreeHead:
    """The head that the JSON value spells; its signature is not checked here."""
    body = fields_of(canonical(value), "head", SCHEMA, _FIELDS)
    if body["size"] < 0:
        raise LogInputError(f"head: got the size {body['size']}, expected a count of leaves")
    key = PublicKey(body["algorithm"], bytes_of(body["public_key"], "head: public_key"))
    root = Digest(bytes_of(body["root"], "head: root", 32).hex())
    signature = bytes_of(body["signature"], "head: signature")
    return TreeHead(body["log_id"], body["size"], root, moment_of(body["at"], "head"), key, signature)


@dataclass(frozen=True, slots=True)
class Growth:
    """The proof that one head's log is the beginning of another's."""

    old: int
    new: int
    path: tuple[bytes, ...]

    def plain(self) -> dict[str, object]:
        """The proof as JSON types."""
        return {"from": self.old, "to": self.new, "path": [step.hex() for step in self.path]}


@dataclass(frozen=True, slots=True)
class HeadFile:
    """What an institution hands to its regulator: heads, and the proofs that lead from one to the next."""

    heads: tuple[TreeHead, ...]
    growths: tuple[Growth, ...] = ()

    def to_bytes(self) -> bytes:
        """The file's bytes, readable by people."""
        body = {
            "schema": FILE_SCHEMA,
            "heads": [head.plain() for head in self.heads],
            "consistency": [growth.plain() for growth in self.growths],
        }
        return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, what: str = "heads") -> "HeadFile":
        """The file that ``to_bytes`` wrote, or a single head by itself."""
        if len(data) > _MOST_BYTES:
            raise LogInputError(f"{what}: got {len(data)} bytes, expected a small file of tree heads")
        try:
            body = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise LogInputError(f"{what}: got text that is not JSON ({error}), expected tree heads") from error
        if isinstance(body, dict) and body.get("schema") == SCHEMA:
            return cls((head_of(body),))
        named = fields_of(canonical(body), what, FILE_SCHEMA, {"heads": list, "consistency": list})
        return cls(tuple(map(head_of, named["heads"])), tuple(_growths(named["consistency"])))


def _growths(items: Iterable[object]) -> Iterable[Growth]:
    for item in items:
        if not isinstance(item, dict) or set(item) != {"from", "to", "path"} or not isinstance(item["path"], list):
            raise LogInputError("consistency: got an odd entry, expected from, to and path")
        if type(item["from"]) is not int or type(item["to"]) is not int:
            raise LogInputError("consistency: got odd sizes, expected whole numbers")
        yield Growth(item["from"], item["to"], tuple(bytes_of(str(step), "consistency", 32) for step in item["path"]))
