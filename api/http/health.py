"""Whether the process lives, and whether it can serve."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import text

from api.http.auth import OpenGuard
from api.http.service import Served
from facts.senses import present
from runtime.platform.health import health_of
from runtime.policy.shelf import shelf_of
from runtime.sealing.enqueue import key_fault
from runtime.verification.senses import senses_here
from storage.database.connection import reading
from storage.database.schema import schema_of
from storage.evidence_log.record_audit import newest_audit

router = APIRouter(tags=["health"], dependencies=[Depends(OpenGuard("a load balancer asks before anybody signs in"))])


class Health(BaseModel):
    """The answer to whoever watches the service."""

    status: str
    worker: str = ""
    queue: str = ""
    clock: str = ""
    confinement: str = ""
    schema_at: str = ""
    store: str = ""
    sealing: str = ""
    senses: list[str] = []
    missing_senses: list[str] = []
    unusable_rulebooks: list[str] = []
    record_audit: str = ""


@router.get("/healthz")
def healthz() -> Health:
    """The process answers."""
    return Health(status="alive")


@router.get("/readyz")
def readyz(service: Served, response: Response) -> Health:
    """Whether the service can serve: database, store, workers, queue, clock, sealing, networks, rulebooks, the last audit.

    Without a key the service serves all the same: its log grows unsigned and sealings wait. Without a worker it is
    ``degraded``; with a clock that keeps the log from being written it is ``refusing`` and answers 503.
    """
    with reading(service.engine, "looking whether it answers") as connection:
        connection.execute(text("SELECT 1"))
        audit = newest_audit(connection, ended=True)
    senses, found = senses_here(), health_of(service)
    if not found.writes:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(
        status="ready" if found.good else "degraded" if found.writes else "refusing",
        worker=found.worker,
        queue=found.queue,
        clock=found.clock,
        confinement=found.confinement,
        schema_at=schema_of(service.engine).at,
        store=service.store.enforcement.value,
        sealing=key_fault(service.settings) or "ready",
        senses=[sense.name for sense in present(senses)],
        missing_senses=[sense.name for sense in senses if sense.missing],
        unusable_rulebooks=[one.name for one in shelf_of(service).unusable],
        record_audit=audit.outcome if audit else "none yet",
    )
