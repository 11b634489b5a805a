"""Accounts and keys as the API takes and shows them."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.http.fields import NO_CONTROLS, Line
from pipeline.accounts.rights import Role
from runtime.accounts.administration import RoleGrant
from runtime.accounts.api_keys import ApiKeyRequest
from storage.database.accounts import accounts, tokens


class AccountShape(BaseModel):
    """One person who may sign in."""

    id: int
    name: str
    shown: str
    role: Role | None
    institution_id: int | None
    area: str | None
    made_at: datetime
    disabled_at: datetime | None
    has_password: bool


class Grant(BaseModel, extra="forbid"):
    """A role, and whose data it reaches: one institution, or one area by the beginning of its name."""

    role: Role | None
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None

    @property
    def wanted(self) -> RoleGrant:
        """The same for whoever grants it."""
        return RoleGrant(self.role, self.institution_id, self.area)


class KeyShape(BaseModel):
    """A key, without its secret."""

    id: int
    name: str
    institution_id: int | None
    area: str | None
    made_at: datetime
    ended_at: datetime | None


class NewKey(BaseModel, extra="forbid"):
    """Which system, and whose data it reaches."""

    name: str = Field(min_length=2, max_length=64, pattern=NO_CONTROLS)
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None

    @property
    def wanted(self) -> ApiKeyRequest:
        """The same for whoever makes it."""
        return ApiKeyRequest(self.name, self.institution_id, self.area)


class MadeKey(KeyShape):
    """The key with its secret, which is shown this once."""

    secret: str


def account_shape(one: accounts.AccountRow) -> AccountShape:
    """The account as the API shows it."""
    return AccountShape(
        id=one.id,
        name=one.name,
        shown=one.shown,
        role=Role(one.role) if one.role else None,
        institution_id=one.institution_id,
        area=one.area,
        made_at=one.made_at,
        disabled_at=one.disabled_at,
        has_password=one.has_password,
    )


def key_shape(one: tokens.ApiKey) -> KeyShape:
    """The key as the API shows it."""
    return KeyShape(
        id=one.id,
        name=one.name,
        institution_id=one.institution_id,
        area=one.area,
        made_at=one.made_at,
        ended_at=one.ended_at,
    )
