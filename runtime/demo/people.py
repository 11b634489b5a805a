"""The demo's people: one of each role, two where two must sign, each with a password that is told once."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pipeline.accounts.rights import OF_AREA, OF_INSTITUTION, Role
from runtime.accounts import passwords
from storage.database.accounts import accounts
from storage.database.tables.accounts import INSTITUTIONS

Clock = Callable[[], datetime]
PEOPLE = (
    (Role.SYSTEM_ADMIN, "sysadmin", "示范系统管理员"),
    (Role.SECURITY_ADMIN, "security", "示范安全管理员"),
    (Role.AUDITOR, "auditor", "示范审计员"),
    (Role.CLERK, "clerk", "示范经办员"),
    (Role.TEACHER, "teacher", "示范教师"),
    (Role.TRAINEE, "trainee", "示范学员"),
    (Role.INSPECTOR, "inspector", "示范抽查员甲"),
    (Role.INSPECTOR, "inspector2", "示范抽查员乙"),
    (Role.REVIEWER, "reviewer", "示范审核员甲"),
    (Role.REVIEWER, "reviewer2", "示范审核员乙"),
)
AREA, SECOND = "山西省阳泉市", "示范第二职业培训学校"
_GROUPS, _CHARS, _LETTERS = 4, 4, "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Login:
    """A person of the demo with a password that was drawn by lot and is told this once."""

    role: Role
    name: str
    password: str


def make_people(connection: Connection, institution: int, clock: Clock) -> Iterator[Login]:
    """Nobody who is there already gets another password."""
    for role, name, shown in PEOPLE:
        if accounts.account_named(connection, name):
            continue
        made = accounts.add_account(connection, name, shown, clock())
        own, area = (institution if role in OF_INSTITUTION else None), (AREA if role in OF_AREA else None)
        accounts.grant(connection, made.id, role.value, own, area)
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_CHARS)) for _ in range(_GROUPS))
        accounts.set_password(connection, made.id, passwords.hashed(password))
        yield Login(role, name, password)


def institution_of(connection: Connection, name: str, at: datetime) -> int:
    """The institution of that name, made when first asked for."""
    found = accounts.institutions(connection, INSTITUTIONS.c.name == name)
    return found[0].id if found else accounts.add_institution(connection, name, "", f"{AREA}平定县", at).id
