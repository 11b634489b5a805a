"""What an officer asks to be recorded, and every reason why it cannot be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from facts.counting import counted
from facts.refusals import Refusal
from facts.supervision import MOST_PEOPLE, MeasureKind
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from storage.database.accounts.accounts import InstitutionRow, institutions
from storage.database.classes.classes import ClassRow, classes
from storage.database.roll_call.rolls import RollEntry, people
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import VERDICTS


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """A measure to be: against whom, about what, from when to when; ``people`` are keys of the class's roll."""

    kind: MeasureKind
    institution_id: int
    first: date
    found: str
    last: date | None = None
    term: date | None = None
    asked: str = ""
    paper: str = ""
    level: str = ""
    reporter: str = ""
    class_id: int | None = None
    claim_id: int | None = None
    hours: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def owner_of(connection: Connection, caller: Caller, asked: MeasureRequest) -> tuple[InstitutionRow, ClassRow | None]:
    """The institution and the class; refused before where they are not there."""
    institution = institutions(connection, INSTITUTIONS.c.id == asked.institution_id, institutions_reached(caller))[0]
    owner = _class_of(connection, caller, asked)
    return institution, owner


def named_people(connection: Connection, asked: MeasureRequest) -> Sequence[RollEntry]:
    """The people of the class's roll whom the measure names."""
    roll = people(connection, asked.class_id) if asked.class_id and asked.people else ()
    return [one for one in roll if one.key in set(asked.people)]


def measure_refusals(connection: Connection, caller: Caller, asked: MeasureRequest) -> Iterator[Refusal]:
    """Every reason why the measure cannot be recorded as it is."""
    own = INSTITUTIONS.c.id == asked.institution_id
    if not institutions(connection, own, institutions_reached(caller)):
        text = Text("请选择您范围内的机构", "choose an institution within your reach")
        yield Refusal("institution_id", text, str(asked.institution_id), "an institution within reach")
    yield from _about_refusals(connection, caller, asked)
    yield from _kind_refusals(asked)
    for name, day in (("last", asked.last), ("term", asked.term)):
        if day is not None and day < asked.first:
            text = Text(f"截止日期在起始日期 {asked.first} 之前", f"a day before the first, {asked.first}")
            yield Refusal(name, text, str(day), f"{asked.first} or later")
    if not asked.found.strip():
        yield Refusal("found", Text("请写明查明的情况", "say what was found"), "nothing", "words")


def _about_refusals(connection: Connection, caller: Caller, asked: MeasureRequest) -> Iterator[Refusal]:
    owner = _class_of(connection, caller, asked)
    if asked.class_id is not None and owner is None:
        text = Text("班期不是该机构的", "the class is not the institution's")
        yield Refusal("class_id", text, str(asked.class_id), "a class of the institution")
    if asked.claim_id is not None and not _is_claim(connection, asked):
        text = Text("申领不是该机构（该班期）的", "the claim is not the institution's, or not of that class")
        yield Refusal("claim_id", text, str(asked.claim_id), "a claim of the institution")
    known = _hours(connection, owner) if owner and asked.hours else set()
    if strange := [one for one in asked.hours if one not in known]:
        text = Text(f"班期的报告中没有学时 {strange[0]}", f"the class's report has no hour {strange[0]}")
        yield Refusal("hours", text, ", ".join(strange[:5]), "hours of the class's newest report")
    if len(named_people(connection, asked)) != len(set(asked.people)) or len(asked.people) > MOST_PEOPLE:
        text = Text("所列人员不在班期的点名册中", "somebody named is not on the class's roll")
        yield Refusal("people", text, counted(len(asked.people), "key"), "keys of the class's roll")


def _kind_refusals(asked: MeasureRequest) -> Iterator[Refusal]:
    """What each kind cannot do without, and what only one of them has."""
    if asked.kind is MeasureKind.LETTER and (asked.term is None or not asked.asked.strip()):
        text = Text("整改函须写明整改要求和期限", "a letter of rectification says what is asked and until when")
        yield Refusal("term", text, str(asked.term or "no term"), "a term and what is asked")
    if asked.kind is MeasureKind.BREACH and asked.class_id is None:
        text = Text("认定违规须指明班期（可再指明人员）", "a breach is of a class, or of people of it")
        yield Refusal("class_id", text, "no class", "the class concerned")
    if asked.kind is not MeasureKind.BREACH and asked.people:
        text = Text("只有认定违规可指明人员", "only a breach names people")
        yield Refusal("people", text, asked.kind.value, MeasureKind.BREACH.value)
    if (asked.kind is MeasureKind.CREDIT) != bool(asked.level.strip()):
        text = Text("信用等级评定须写明等级，其他记录不写", "a credit record, and no other, states the level")
        yield Refusal("level", text, asked.level or "nothing", "a level for 信用等级评定 alone")
    if asked.reporter.strip() and asked.kind is not MeasureKind.COMPLAINT:
        text = Text("只有举报记录举报人", "only a complaint has somebody who complained")
        yield Refusal("reporter", text, "somebody", "nobody")


def _class_of(connection: Connection, caller: Caller, asked: MeasureRequest) -> ClassRow | None:
    if asked.class_id is None:
        return None
    own = CLASSES.c.id == asked.class_id, CLASSES.c.institution_id == asked.institution_id, reached(caller)
    return next(iter(classes(connection, *own, limit=1)), None)


def _is_claim(connection: Connection, asked: MeasureRequest) -> bool:
    own = select(CLAIMS.c.class_id).where(
        CLAIMS.c.id == asked.claim_id, CLAIMS.c.institution_id == asked.institution_id
    )
    found = connection.execute(own).scalar_one_or_none()
    return found is not None and asked.class_id in (None, found)


def _hours(connection: Connection, owner: ClassRow) -> set[str]:
    own = (
        select(VERDICTS.c.hour_id)
        .join(CLASSES, CLASSES.c.report_id == VERDICTS.c.report_id)
        .where(CLASSES.c.id == owner.id)
    )
    return set(connection.execute(own).scalars())
