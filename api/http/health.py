"""Whether the process lives, and whether it can serve."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import text

from api.http.auth import OpenGuard
from api.http.service import Served
from facts.senses import present
from runtime.policy.shelf import shelf_of
from runtime.sealing.enqueue import key_fault
from runtime.verification.senses import senses_here
from storage.database.connection import reading
from storage.database.schema import schema_of

router = APIRouter(tags=["health"], dependencies=[Depends(OpenGuard("a load balancer asks before anybody signs in"))])


class Health(BaseModel):
    """The answer to whoever watches the service."""

    status: str
    schema_at: str = ""
    store: str = ""
    sealing: str = ""
    senses: list[str] = []
    missing_senses: list[str] = []
    unusable_rulebooks: list[str] = []


@router.get("/healthz")
def healthz() -> Health:
    """The process answers."""
    return Health(status="alive")


@router.get("/readyz")
def readyz(service: Served) -> Health:
    """Whether the service can serve: database, store, what keeps sealing back, which networks look, which rulebooks cannot.

    Without a key the service serves all the same: its log grows unsigned and sealings wait.
    """
    with reading(service.engine, "looking whether it answers") as connection:
        connection.execute(text("SELECT 1"))
    senses = senses_here()
    return Health(
        status="ready",
        schema_at=schema_of(service.engine).at,
        store=service.store.enforcement.value,
        sealing=key_fault(service.settings) or "ready",
        senses=[sense.name for sense in present(senses)],
        missing_senses=[sense.name for sense in senses if sense.missing],
        unusable_rulebooks=[one.name for one in shelf_of(service).unusable],
    )
