"""The caller's reach as database conditions; what lies outside is treated as if it did not exist."""

from sqlalchemy import ColumnElement, Connection, Table

from facts.errors import NotFoundError
from runtime.accounts.caller import Caller
from storage.database.accounts import reach
from storage.database.accounts.accounts import InstitutionRow, institutions
from storage.database.classes.classes import ClassRow, classes
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES


def reached(caller: Caller, table: Table = CLASSES) -> ColumnElement[bool]:
    """The rows that the caller may see, of a table that names institution and place."""
    return reach.within(table, caller.scope.institution_id, caller.scope.area)


def institutions_reached(caller: Caller) -> ColumnElement[bool]:
    """The institutions that the caller may see."""
    return reach.institutions_within(caller.scope.institution_id, caller.scope.area)


def class_for(connection: Connection, caller: Caller, number: int) -> ClassRow:
    """The class, if it is there for the caller."""
    found = classes(connection, CLASSES.c.id == number, reached(caller))
    if not found:
        raise NotFoundError("班期", "class")
    return found[0]


def own_institution(connection: Connection, caller: Caller, wanted: int | None = None) -> InstitutionRow:
    """The institution that the caller writes for."""
    number = wanted or caller.scope.institution_id
    found = institutions(connection, INSTITUTIONS.c.id == number, institutions_reached(caller)) if number else ()
    if not found:
        raise NotFoundError("培训机构", "institution")
    return found[0]
