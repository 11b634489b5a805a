"""What official registers have on the claim's class and people, row by row, for rules that believe them first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from facts.history_answer import ClassRoll, PastPayment, PensionDrawn, RegisteredSanction, RegisterListing
from facts.money import Fen
from facts.names import normal_name
from facts.registry import PENSIONS, Party, Registry
from facts.uscc import is_uscc, normal_uscc
from storage.database.tables import history as t
from storage.history.query import called, day_of, party

_HARDLY_APART_DAYS = 60


@dataclass(frozen=True, slots=True)
class ClaimedClass:
    """The class of a claim as registers may name it, its first and last day, and its people by their keys.

    A register has a class by its ``number`` or by its ``name``; ``rostered`` are the people of its verified rosters.
    """

    institution: Party
    evaluator: Party
    number: str
    name: str
    first: date | None
    last: date | None
    people: Sequence[int]
    rostered: Sequence[int] = ()


def payments(connection: Connection, asked: ClaimedClass) -> "list[tuple[int, PastPayment]] | None":
    """Every row that says something was paid for these people; ``None`` where there is no real-name registry."""
    if connection.execute(select(t.ENROLMENTS.c.person).limit(1)).first() is None:
        return None
    p, c, institution = t.PAYMENTS, t.CLASSES, party("institution")
    query = (
        select(
            p,
            c.c.number,
            institution.c.code.label("code"),
            institution.c.name.label("name"),
            called(institution).label("called"),
        )
        .select_from(p.join(c, c.c.id == p.c.class_id).join(institution, institution.c.id == c.c.institution))
        .where(p.c.person.in_(asked.people))
        .order_by(p.c.person, p.c.first_day, p.c.last_day, p.c.amount_fen)
    )
    return [
        (
            row.person,
            PastPayment(
                trainee="",
                class_name=f"{row.called} {row.number}",
                same_class=_is_class(asked, row),
                programme=row.programme,
                first=day_of(row.first_day),
                last=day_of(row.last_day),
                days=row.days or None,
                amount=Fen(row.amount_fen) if row.amount_fen else None,
                paid_year=row.paid_year or None,
                seen=day_of(row.seen_day),
            ),
        )
        for row in connection.execute(query)
    ]


def roll(connection: Connection, asked: ClaimedClass) -> "tuple[ClassRoll, dict[int, str]] | None":
    """Who of the people stands in the registry for the class, and under which group, however it names the institution."""
    e, c, institution = t.ENROLMENTS, t.CLASSES, party("institution")
    newest = connection.execute(select(func.max(e.c.first_day), func.max(e.c.seen_day))).one()
    if newest[0] is None:
        return None
    joined = e.join(c, c.c.id == e.c.class_id).join(institution, institution.c.id == c.c.institution)
    own = select(e.c.class_id).where(e.c.person.in_(asked.people))
    rows = connection.execute(
        select(e, c.c.number, institution.c.code, institution.c.name)
        .select_from(joined)
        .where(or_(c.c.number.in_([asked.number, asked.name]), c.c.id.in_(own)))
    )
    there = [row for row in rows if _is_class(asked, row)]
    seen = max((row.seen_day for row in there), default=newest[1])
    covers = asked.first is not None and newest[0] >= asked.first.toordinal()
    enrolled = {row.person: row.group_name for row in there if row.person in set(asked.people)}
    others = {row.person for row in there} - set(asked.people) - set(asked.rostered)
    return ClassRoll(bool(there), covers, (), day_of(seen), others=len(others)), enrolled


def pensions(connection: Connection, asked: ClaimedClass) -> "list[tuple[int, PensionDrawn]] | None":
    """Who of the people is on a list of pensions; ``None`` where there is no such list."""
    s = t.STANDINGS
    if connection.execute(select(s.c.person).where(s.c.kind.in_(PENSIONS)).limit(1)).first() is None:
        return None
    rows = connection.execute(
        select(s).where(s.c.kind.in_(PENSIONS), s.c.person.in_(asked.people)).order_by(s.c.person, s.c.kind)
    )
    return [
        (row.person, PensionDrawn("", row.kind, day_of(row.from_day), _end(row.to_day), day_of(row.seen_day)))
        for row in rows
    ]


def sanctions(connection: Connection, asked: ClaimedClass) -> "tuple[RegisteredSanction, ...] | None":
    """What stands against trainer and evaluator on the class's days; ``None`` where there is no such register."""
    s, institution = t.SANCTIONS, party("institution")
    if connection.execute(select(s.c.institution).limit(1)).first() is None:
        return None
    query = select(s, institution.c.code, institution.c.name, called(institution).label("called")).select_from(
        s.join(institution, institution.c.id == s.c.institution)
    )
    if asked.first is not None and asked.last is not None:
        ends = or_(s.c.to_day.is_(None), s.c.to_day >= asked.first.toordinal())
        query = query.where(and_(s.c.from_day <= asked.last.toordinal(), ends))
    return tuple(
        RegisteredSanction(row.called, row.kind, day_of(row.from_day), _end(row.to_day), day_of(row.seen_day))
        for row in connection.execute(query.order_by(s.c.from_day))
        if any(_same_party(one, row.code, row.name) for one in (asked.institution, asked.evaluator))
    )


def listings(connection: Connection, asked: ClaimedClass) -> tuple[RegisterListing, ...]:
    """Whether trainer and evaluator stood in their catalogues on the first day, where there are such catalogues."""
    if asked.first is None:
        return ()
    pairs = (("培训机构", Registry.INSTITUTIONS, asked.institution), ("评价机构", Registry.EVALUATORS, asked.evaluator))
    found = (_listing(connection, subject, catalogue, of, asked.first) for subject, catalogue, of in pairs if of.key)
    return tuple(one for one in found if one is not None)


def _listing(connection: Connection, subject: str, catalogue: Registry, of: Party, day: date) -> RegisterListing | None:
    c, named = t.CATALOGUE, party("named")
    query = select(c, named.c.code, named.c.name).select_from(c.join(named, named.c.id == c.c.party))
    rows = connection.execute(query.where(c.c.catalogue == catalogue.value)).all()
    if not rows:
        return None
    on = day.toordinal()
    listed = any(
        _same_party(of, row.code, row.name) is True and row.from_day <= on and (row.to_day is None or row.to_day >= on)
        for row in rows
    )
    return RegisterListing(subject, of.name or of.code, listed, day_of(max(row.seen_day for row in rows)))


def _is_class(asked: ClaimedClass, row: "Row[Any]") -> bool | None:
    """By the number, or by the name that a register has in its place and the days: names come back every year."""
    party = _same_party(asked.institution, row.code, row.name)
    number, own, name = (normal_name(text) for text in (row.number, asked.number, asked.name))
    if party is False or number not in {own, name} - {""}:
        return False
    alike = True if number == own != name else _same_days(asked, day_of(row.first_day), day_of(row.last_day))
    return None if alike and party is None else alike


def _same_days(asked: ClaimedClass, first: date, last: date) -> bool | None:
    """Days of one year are those of one class; of two years only where hardly any lie between them, and then perhaps."""
    if asked.first is None:
        return None
    until = asked.last or asked.first
    if {first.year, last.year} & {asked.first.year, until.year}:
        return True
    apart = max((asked.first - last).days, (first - until).days)
    return None if apart <= _HARDLY_APART_DAYS else False


def _same_party(of: Party, code: str, name: str) -> bool | None:
    """By equal codes, or two that pass their check; else by name; nothing where one of them has neither."""
    codes = (normal_uscc(of.code), normal_uscc(code))
    if codes[0] and codes[0] == codes[1]:
        return True
    if is_uscc(of.code) and is_uscc(code):
        return False
    names = (normal_name(of.name), normal_name(name))
    return names[0] == names[1] if all(names) else None


def _end(day: int | None) -> date | None:
    return None if day is None else day_of(day)
