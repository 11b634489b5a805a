"""Accounts as the API takes and shows them."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.http.fields import Line
from pipeline.accounts.rights import Role
from runtime.accounts.administration import RoleGrant
from storage.database.accounts import accounts


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
        """The same for those who grant it."""
        return RoleGrant(self.role, self.institution_id, self.area)


def shape(one: accounts.AccountRow) -> AccountShape:
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
