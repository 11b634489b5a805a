"""The Merkle log: signed heads, and proofs that anybody can check without this service."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from api.http.auth import needs
from api.http.fields import Id
from api.http.lists import list_query
from api.http.openapi import problems
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from facts.digest import Digest
from facts.errors import NotFoundError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.evidence_log.leaf_list import LEAF_LIST
from storage.database.connection import reading
from storage.database.lists import DESCENDING, ListQuery
from storage.database.tables.evidence_log import LEAVES
from storage.evidence_log.head import TreeHead
from storage.evidence_log.leaf import LeafKind, LeafProof
from storage.evidence_log.rows import LogEntry, Rows

router = APIRouter(prefix="/api/v1/log", tags=["log"])
Seeing = Annotated[Caller, needs(Action.LOG_READ)]
_PROOFS, _EACH = 120, timedelta(minutes=1)
Sha256 = Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")]


class Heads(BaseModel):
    """Signed heads, the newest last, with the proofs that the log only grew between them."""

    log_id: str
    size: int
    heads: list[dict[str, Any]]
    growth: list[dict[str, Any]]


class Proof(BaseModel):
    """A leaf, and the way from it to the newest head."""

    index: int
    leaf: str
    path: list[str]


class Proofs(BaseModel):
    """Every place at which the log speaks of these bytes, proven against ``head``."""

    head: dict[str, Any]
    leaves: list[Proof]


class LeafShape(BaseModel):
    """One entry: what happened, when, about which bytes."""

    id: int
    kind: LeafKind
    at: datetime
    sha256: str
    subject: str
    note: str


@router.get("/heads")
def heads(
    service: Served,
    _: Seeing,
    last: Annotated[int, Query(ge=1, le=100)] = 20,
    below: Annotated[int | None, Query(ge=1, le=10**15, description="only heads over fewer leaves than this")] = None,
) -> Heads:
    """The newest signed heads; whoever keeps one can show later that nothing before it was changed."""
    found = service.log.heads(last, below)
    file = service.log.head_file(found)
    growth = [one.plain() for one in file.growths]
    return Heads(
        log_id=service.log.log_id, size=service.log.size, heads=[head.plain() for head in found], growth=growth
    )


@router.get("/proofs", responses=problems(404))
def proofs(service: Served, caller: Seeing, sha256: Sha256) -> Proofs:
    """Where the log speaks of a file or a record, by its SHA-256."""
    service.limiter.take("proof", caller.key, service.clock(), _PROOFS, _EACH)
    head = _newest(service)
    places = [place for place in service.log.places(Digest(sha256)) if place < head.size]
    if not places:
        raise NotFoundError("日志记录", "entry that the newest signed head knows")
    return Proofs(head=head.plain(), leaves=[_proof(one) for one in service.log.prove(places[:50], head.size)])


@router.get("/proofs/{number}")
def proof(service: Served, caller: Annotated[Caller, needs(Action.AUDIT_READ)], number: Id) -> Proofs:
    """The proof of the entry of this number, as the log's list counts from 1: whoever may count through it reads all."""
    service.limiter.take("proof", caller.key, service.clock(), _PROOFS, _EACH)
    head = _newest(service)
    if number > head.size:
        raise NotFoundError("日志记录", "entry that the newest signed head knows")
    return Proofs(head=head.plain(), leaves=[_proof(one) for one in service.log.prove([number - 1], head.size)])


@router.get("/leaves")
def leaves(
    service: Served,
    _: Annotated[Caller, needs(Action.AUDIT_READ)],
    kind: LeafKind | None = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(LEAF_LIST.plan, but=("kind",), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LeafShape]:
    """Every entry for the auditor: who looked at what, which account was changed, what was deleted."""
    own, last, newest_first = LEAVES.c, int(cursor or 0) - 1, query.sort.startswith(DESCENDING)
    where = [*query.where(), *matching((own.kind, kind and kind.value))]
    if cursor:
        where.append(own.place < last if newest_first else own.place > last)
    with reading(service.engine, "reading the log") as connection:
        found = Rows(connection).entries(*where, limit=limit + 1, newest_first=newest_first)
    return page(found, limit, _leaf, lambda entry: entry.place + 1)


def _leaf(entry: LogEntry) -> LeafShape:
    leaf = entry.leaf
    return LeafShape(
        id=entry.place + 1, kind=leaf.kind, at=leaf.at, sha256=leaf.sha256.sha256, subject=leaf.subject, note=leaf.note
    )


def _newest(service: Served) -> TreeHead:
    found = service.log.heads(1)
    if not found:
        raise NotFoundError("签名树头", "signed head yet")
    return found[0]


def _proof(one: LeafProof) -> Proof:
    path = [step.hex() for step in one.path]
    return Proof(index=one.place, leaf=one.leaf.to_bytes().decode(), path=path)
