"""New training institutions, registered by the API and by the console alike; each is in the log."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from facts.codec import plain
from facts.refusals import Refusal, refuse, stands
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.names import AREA_ENDS, area_fault
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts
from storage.database.tables.accounts import INSTITUTIONS
from storage.evidence_log.leaf import LeafKind

FEWEST_CHARS = 2


@dataclass(frozen=True, slots=True)
class InstitutionRequest:
    """An institution to be; its place in full decides which regulators see its classes."""

    name: str
    uscc: str
    locality: str


def add_institution(
    service: Service, connection: Connection, caller: Caller, wanted: InstitutionRequest
) -> accounts.InstitutionRow:
    """The new institution, or every reason why not."""
    refuse(list(_refusals(connection, wanted)))
    made = accounts.add_institution(connection, wanted.name, wanted.uscc, wanted.locality, service.clock())
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"institution:{made.id} made", plain(wanted))
    return made


def missing_institution(connection: Connection, number: int | None) -> Iterator[Refusal]:
    """A refusal where an institution is named that is not there."""
    if number and accounts.institution(connection, number) is None:
        text = Text("没有这所培训机构", "there is no such institution")
        yield Refusal("body.institution_id", text, str(number), "an institution that is there")


def _refusals(connection: Connection, wanted: InstitutionRequest) -> Iterator[Refusal]:
    name = wanted.name
    if len(name) < FEWEST_CHARS:
        text = Text("请写机构全称", "give the institution's whole name")
        yield Refusal("body.name", text, repr(name), f"{FEWEST_CHARS} characters or more")
    if accounts.institutions(connection, INSTITUTIONS.c.name == name):
        text = Text(f"已有“{name}”", f"{name} is there already")
        yield stands("body.name", text, f"the name {name}", "a name that no institution has")
    fault = area_fault(wanted.locality)
    if fault or not wanted.locality:
        ends = "、".join(AREA_ENDS)
        text = Text(f"所在地应写全名，以 {ends} 结尾", f"the place in full, ending in {ends}")
        yield Refusal("body.locality", text, wanted.locality, fault or f"a whole place that ends in {ends}")
