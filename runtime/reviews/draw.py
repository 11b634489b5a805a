"""Who is to look next, by lot: one of those with the right over the place whom nothing bars."""

from collections.abc import Sequence

from sqlalchemy import Connection

from facts.digest import Digest
from pipeline.accounts.rights import OF_AREA
from runtime.reviews.case import ReviewCase
from storage.database.accounts.accounts import AccountRow, accounts
from storage.database.classes.classes import ClassRow
from storage.database.tables.accounts import ACCOUNTS


def drawn(connection: Connection, case: ReviewCase, without: Sequence[str], seed: str) -> str:
    """The account's key; empty where there is nobody."""
    roles = [role.value for role in OF_AREA if case.law.review.may(role.value)]
    able = accounts(connection, ACCOUNTS.c.role.in_(roles), ACCOUNTS.c.disabled_at.is_(None))
    names = sorted(f"account:{one.id}" for one in able if _reaches(one, case.owner))
    left = [name for name in names if name not in without]
    return left[int(Digest.of(seed.encode()).sha256, 16) % len(left)] if left else ""


def _reaches(account: AccountRow, owner: ClassRow) -> bool:
    return bool(account.area) and owner.locality.startswith(account.area or "")
