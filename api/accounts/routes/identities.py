"""Under which identity an account signs in by the OpenID provider; where none is set, these addresses are unknown."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.accounts.openid_cookie import provider_of
from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Done, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts import identity_links
from runtime.accounts.administration import existing_account
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database.accounts.identities import Identity, identities_of
from storage.database.connection import reading

router = APIRouter(prefix="/api/v1/accounts/{number}", tags=["accounts"])
Writing = Annotated[Caller, needs(Action.ACCOUNT_WRITE)]


class IdentityShape(BaseModel):
    """One link with a provider; the subject is told by its fingerprint alone."""

    id: int
    issuer: str
    fingerprint: str
    linked_by: int
    at: datetime
    ended_at: datetime | None


class NewIdentity(BaseModel, extra="forbid"):
    """The user's identifier at the provider."""

    subject: str = Field(min_length=1, max_length=255, pattern=NO_CONTROLS, repr=False)


class LinkCode(BaseModel):
    """The code by which the account's holder links the identity that the provider vouches for; shown this once."""

    code: str


@router.get("/identities")
def listed(service: Served, _: Annotated[Caller, needs(Action.ACCOUNT_READ)], number: Id) -> list[IdentityShape]:
    """Every link that the account has or had, the newest first."""
    provider_of(service)
    with reading(service.engine, "listing identities") as connection:
        existing_account(connection, number)
        return [shape(service, one) for one in identities_of(connection, number)]


@router.post("/identities", status_code=201, response_model=IdentityShape)
def link(
    request: Request, service: Served, caller: Writing, number: Id, sent: NewIdentity, key: IdempotencyKey = None
) -> Response:
    """Links an account that has no role yet; one that has is linked by its holder, with a code."""
    provider_of(service)

    def work(connection: Connection) -> IdentityShape:
        return shape(service, identity_links.link_directly(service, connection, caller, number, sent.subject.strip()))

    return run_once(request, service, caller, key, sent, work)


@router.post("/identity-code", status_code=201, response_model=LinkCode)
def code(request: Request, service: Served, caller: Writing, number: Id, key: IdempotencyKey = None) -> Response:
    """A code for the account's holder; earlier ones are void."""
    provider_of(service)

    def work(connection: Connection) -> LinkCode:
        return LinkCode(code=identity_links.offer_code(service, connection, caller, number))

    return run_once(request, service, caller, key, None, work, hide="code")


@router.delete("/identities/{identity}", response_model=Done)
def unlink(request: Request, service: Served, caller: Writing, number: Id, identity: Id) -> Response:
    """Ends the link and every session of the account."""
    provider_of(service)

    def work(connection: Connection) -> Done:
        identity_links.unlink(service, connection, caller, number, identity)
        return Done()

    return run_once(request, service, caller, None, None, work, 200)


def shape(service: Service, one: Identity) -> IdentityShape:
    """The link as the API shows it."""
    return IdentityShape(
        id=one.id,
        issuer=one.issuer,
        fingerprint=identity_links.fingerprint(service, one.issuer, one.subject),
        linked_by=one.linked_by,
        at=one.at,
        ended_at=one.ended_at,
    )
