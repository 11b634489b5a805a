"""The one-time set-up of the three administrators: three people, three duties, and no default password."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from facts.refusals import Refusal, refuse
from facts.text import Text
from pipeline.accounts.rights import Role
from runtime.accounts import passwords
from runtime.accounts.names import name_fault
from runtime.accounts.password_links import SpentLinkError, password_link, password_refusals, refuse_spent
from runtime.platform.service import Service
from storage.database.accounts import accounts, tokens
from storage.database.accounts.tokens import Purpose
from storage.database.connection import writing


@dataclass(frozen=True, slots=True)
class AdministratorRequest:
    """The names of the three, and the password of the first, typed twice."""

    system_admin: str
    security_admin: str
    auditor: str
    password: str = field(repr=False)
    again: str = field(repr=False)


def set_up_administrators(service: Service, token: str, wanted: AdministratorRequest) -> list[tuple[str, str]]:
    """Makes the three accounts; the second and third person's names, each with a link to choose a password."""
    refuse_spent(service, token, Purpose.SET_UP)
    refuse([*_name_refusals(wanted), *password_refusals(wanted.password, wanted.again, wanted.system_admin)])
    hashed = passwords.hashed(wanted.password)
    with writing(service.engine, "setting up") as connection:
        if accounts.any_account(connection) or not tokens.use(connection, token, Purpose.SET_UP, service.clock())[0]:
            raise SpentLinkError
        first = _add(service, connection, wanted.system_admin, Role.SYSTEM_ADMIN)
        accounts.set_password(connection, first, hashed)
        others = ((wanted.security_admin, Role.SECURITY_ADMIN), (wanted.auditor, Role.AUDITOR))
        numbers = [(name, _add(service, connection, name, role)) for name, role in others]
        return [(name, password_link(service, connection, number)) for name, number in numbers]


def _add(service: Service, connection: Connection, name: str, role: Role) -> int:
    made = accounts.add_account(connection, name, name, service.clock())
    accounts.grant(connection, made.id, role.value)
    return made.id


def _name_refusals(wanted: AdministratorRequest) -> Iterator[Refusal]:
    names = {"name": wanted.system_admin, "security": wanted.security_admin, "auditor": wanted.auditor}
    for where, name in names.items():
        if fault := name_fault(name):
            yield Refusal(where, fault, repr(name[:40]), fault.en)
    different = len({name.casefold() for name in names.values()})
    if different < len(names):
        text = Text("三位管理员须是三个人", "the three administrators must be three people")
        yield Refusal("name", text, f"{different} different names", f"{len(names)}")
