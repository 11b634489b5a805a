"""What spot checks found of one class, for its page: the status, the words, who signed and who confirmed."""

from dataclasses import dataclass

from facts.spot_check import SpotFinding, SpotState
from pipeline.accounts.rights import Action, Role
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.spot_checks.draw_lists import inspector_id
from runtime.spot_checks.holds import TWIN
from storage.database.accounts.accounts import accounts
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.tables.accounts import ACCOUNTS
from storage.spot_checks.register import findings_on


@dataclass(frozen=True, slots=True)
class ClassFinding:
    """The finding of one draw that counts, and its signers as pages name them."""

    commitment: str
    title: str
    finding: SpotFinding
    first: str
    second: str = ""


def class_findings(service: Service, caller: Caller, owner: ClassRow, institution: str) -> tuple[ClassFinding, ...]:
    """Every finding for whoever reads spot checks; for others those alone that a second person confirmed."""
    with reading(service.engine, "reading spot checks") as connection:
        ids = (owner.code, f"{owner.code}{TWIN}{owner.id}")
        found = findings_on(connection, ids, institution, owner.locality)
        people = accounts(connection, ACCOUNTS.c.role == Role.INSPECTOR.value) if found else ()
    names, all_of_them = {inspector_id(one.id): one.shown for one in people}, caller.may(Action.SPOT_CHECK_READ)
    return tuple(
        ClassFinding(
            commitment,
            title,
            one,
            names.get(one.first.by, one.first.by),
            names.get(one.second.by, one.second.by) if one.second else "",
        )
        for commitment, title, one in found
        if all_of_them or one.state is SpotState.CONFIRMED
    )
