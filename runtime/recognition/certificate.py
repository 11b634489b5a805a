"""Faces are deleted with a signed word of it: how many, why, when; its digest is a leaf, and no name is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import ColumnElement, Connection

from facts.digest import Digest
from facts.errors import MissingKeyError
from facts.text import Text
from runtime.platform.version import TOOL
from storage.database.recognition.faces import DeletedFaces, FaceDeletion, delete_faces, keep_deletion
from storage.database.tables.recognition import EMBEDDINGS, PHOTOGRAPHS
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import DigitalSigner
from storage.evidence_log.wire import written

SCHEMA = "xueshi.face-deletion/1"


class DeletionReason(StrEnum):
    """Why faces of a class were deleted; the values stand in certificates and never change."""

    WITHDRAWN = "withdrawn"
    SWITCHED_OFF = "switched_off"
    SEALED = "sealed"
    EXPIRED = "expired"
    REPLACED = "replaced"

    @property
    def text(self) -> Text:
        """For people."""
        return _WHY[self]


_WHY = {
    DeletionReason.WITHDRAWN: Text("学员撤回同意", "a trainee withdrew consent"),
    DeletionReason.SWITCHED_OFF: Text("机构关闭认人", "the institution switched it off"),
    DeletionReason.SEALED: Text("报告已封存", "the report is sealed"),
    DeletionReason.EXPIRED: Text("保存已满期限", "kept as long as may be"),
    DeletionReason.REPLACED: Text("重新核验", "verified anew"),
}


@dataclass(frozen=True, slots=True)
class FaceSelection:
    """What of a class is to be deleted, and why; nothing of a kind that is not named."""

    class_id: int
    code: str
    why: DeletionReason
    embeddings: Sequence[ColumnElement[bool]] = ()
    photographs: Sequence[ColumnElement[bool]] = ()

    @classmethod
    def whole(cls, class_id: int, code: str, why: DeletionReason) -> "FaceSelection":
        """Everything of the class."""
        return cls(class_id, code, why, (EMBEDDINGS.c.class_id == class_id,), (PHOTOGRAPHS.c.class_id == class_id,))


def delete_certified(
    connection: Connection, log: EvidenceLog, home: Path, chosen: FaceSelection, at: datetime
) -> FaceDeletion | None:
    """Deletes and certifies in one transaction; nothing where nothing lay there."""
    gone = delete_faces(connection, *chosen.embeddings, with_photographs=chosen.photographs)
    if gone.nothing:
        return None
    ring = KeyRing(home / "keys")
    if not ring.entries():
        raise MissingKeyError
    text = _certificate(chosen, gone, at, ring.signer())
    digest = Digest.of(text.encode())
    (place,) = log.append_within(connection, [Leaf(LeafKind.DELETION, at, digest, f"class:{chosen.class_id} faces")])
    made = FaceDeletion(text, at, place)
    keep_deletion(connection, chosen.class_id, made)
    return made


def _certificate(chosen: FaceSelection, gone: DeletedFaces, at: datetime, signer: DigitalSigner) -> str:
    body: dict[str, object] = {
        "schema": SCHEMA,
        "class_id": chosen.class_id,
        "class": chosen.code,
        "why": chosen.why.value,
        "photographs": gone.photographs,
        "hours_of_embeddings": gone.hours,
        "sha256": gone.sha256,  # over the digests of what lay there, sealed
        "deleted_at": written(at),
        "tool": TOOL,
        "algorithm": signer.public.algorithm,
        "public_key": signer.public.raw.hex(),
    }
    return canonical({**body, "signature": signer.sign(SCHEMA.encode() + b"\n" + canonical(body)).hex()}).decode()
