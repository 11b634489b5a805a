"""Spot checks in the database; every function is part of its caller's transaction, and none deletes."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from facts.codec import build, plain
from facts.digest import EvidenceRef
from facts.errors import InputError
from facts.spot_check import Draw, DrawClass, DrawnClass, Signature, SpotFinding, SpotHold
from facts.verdict import Status
from storage.database.tables.spot_checks import CHOSEN, DRAWS, FINDINGS, SENT, SPOT_HOLDS
from storage.evidence_log.imprint import refuse_altered


def announce(connection: Connection, published: Mapping[str, Any], at: datetime) -> None:
    """A draw is announced; once announced it stays, revealed or not."""
    row = {"commitment": published["commitment"], "title": published["rules"]["title"]}
    _insert(connection, DRAWS, [{**row, "committed_at": at, "published": _json(published)}], "the commitment")


def reveal(connection: Connection, sheet: Mapping[str, Any], at: datetime, reason: str) -> Draw:
    """A draw is revealed, once: what it chose, whom it sent, and a hold on each chosen class.

    The very same reveal again changes nothing, so that a run that was killed before it wrote its files can go on.
    """
    name = sheet["commitment"]
    if connection.execute(select(DRAWS.c.sheet).where(DRAWS.c.commitment == name)).scalar() == _json(sheet):
        return draw_of(connection, name)
    waiting = (DRAWS.c.commitment == name) & DRAWS.c.revealed_at.is_(None)
    done = connection.execute(update(DRAWS).where(waiting).values(revealed_at=at, sheet=_json(sheet)))
    if done.rowcount != 1:
        raise InputError(
            f"draw {name[:16]}: got no announced draw that waits for its reveal, expected one;"
            " a draw is announced before it is revealed, and revealed once"
        )
    listed = {entry["id"]: entry for entry in sheet["classes"]}
    chosen = [
        {**_chosen(listed[one["class"]]), "draw": name, "place": place} for place, one in enumerate(sheet["drawn"])
    ]
    sent = [
        {"draw": name, "class_id": one["class"], "place": place, "inspector": who}
        for one in sheet["drawn"]
        for place, who in enumerate(one["inspectors"])
    ]
    held = [
        {"draw": name, "class_id": one["class"], "reason": reason, "placed_at": at, "lifted_by": ""}
        for one in sheet["drawn"]
    ]
    for table, rows in ((CHOSEN, chosen), (SENT, sent), (SPOT_HOLDS, held)):
        connection.execute(insert(table), rows)
    return draw_of(connection, name)


def add_finding(connection: Connection, name: str, finding: SpotFinding) -> None:
    """A finding with its first signature; a second one of the same round is refused."""
    row = {
        "draw": name,
        "class_id": finding.class_id,
        "round": finding.round,
        "status": finding.status.value,
        "text": finding.text,
        "evidence": _json(plain(finding.evidence)),
        "first_by": finding.first.by,
        "first_at": finding.first.at,
        "dissent": "",
    }
    _insert(connection, FINDINGS, [row], f"a finding on {finding.class_id} in round {finding.round}")


def add_second(connection: Connection, name: str, finding: SpotFinding) -> None:
    """The second signature under a finding that has none."""
    assert finding.second is not None  # noqa: S101 - the pipeline signed it
    mine = (FINDINGS.c.draw == name) & (FINDINGS.c.class_id == finding.class_id) & (FINDINGS.c.round == finding.round)
    signed = {"second_by": finding.second.by, "second_at": finding.second.at}
    values = {**signed, "agrees": finding.agrees, "dissent": finding.dissent}
    done = connection.execute(update(FINDINGS).where(mine & FINDINGS.c.second_by.is_(None)).values(values))
    if done.rowcount != 1:
        raise InputError(f"finding on {finding.class_id}: got a second signature already, expected none; look again")


def lift(connection: Connection, name: str, hold: SpotHold) -> None:
    """The hold ends; its row stays and says who ended it."""
    mine = (SPOT_HOLDS.c.draw == name) & (SPOT_HOLDS.c.class_id == hold.class_id) & SPOT_HOLDS.c.lifted_at.is_(None)
    values = {"lifted_at": hold.lifted_at, "lifted_by": hold.lifted_by}
    if connection.execute(update(SPOT_HOLDS).where(mine).values(values)).rowcount != 1:
        raise InputError(f"hold on {hold.class_id}: got none in force, expected one; look again")


def draws(connection: Connection) -> tuple[Draw, ...]:
    """Every draw that was ever announced, the newest first, without what it chose."""
    rows = connection.execute(select(DRAWS).order_by(DRAWS.c.committed_at.desc(), DRAWS.c.commitment))
    return tuple(_draw(row) for row in rows.mappings())


def draw_of(connection: Connection, name: str) -> Draw:
    """One draw with everything that has happened to it."""
    row = connection.execute(select(DRAWS).where(DRAWS.c.commitment == name)).mappings().one_or_none()
    if row is None:
        raise InputError(f"draw {name[:64]}: got a commitment that was never announced here, expected one that was")
    sent = _rows(connection, SENT, name, SENT.c.class_id, SENT.c.place)
    people = {
        key: tuple(one["inspector"] for one in group) for key, group in groupby(sent, lambda one: one["class_id"])
    }
    chosen = _rows(connection, CHOSEN, name, CHOSEN.c.place)
    findings = _rows(connection, FINDINGS, name, FINDINGS.c.class_id, FINDINGS.c.round)
    holds = _rows(connection, SPOT_HOLDS, name, SPOT_HOLDS.c.class_id)
    refuse_altered(connection, DRAWS, DRAWS.c.commitment == name)
    for table in (SENT, CHOSEN, FINDINGS, SPOT_HOLDS):
        refuse_altered(connection, table, table.c.draw == name)
    return _draw(
        row,
        assigned=tuple(DrawnClass(_class(one), people[one["class_id"]]) for one in chosen),
        findings=tuple(map(_finding, findings)),
        holds=tuple(map(_hold, holds)),
    )


def sheet_of(connection: Connection, name: str) -> dict[str, Any]:
    """The published sheet, or the published commitment where nothing was revealed."""
    wanted = select(DRAWS.c.sheet, DRAWS.c.published).where(DRAWS.c.commitment == name)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise InputError(f"draw {name[:64]}: got a commitment that was never announced here, expected one that was")
    return dict(json.loads(row.sheet or row.published))


def findings_on(
    connection: Connection, ids: Sequence[str], institution: str, locality: str
) -> tuple[tuple[str, str, SpotFinding], ...]:
    """The finding that counts of each draw that chose this class: the draw, its title, the finding; oldest draw first.

    Institutions number their classes alike, so the list that was drawn from must name institution and place as well.
    """
    own = and_(CHOSEN.c.draw == FINDINGS.c.draw, CHOSEN.c.class_id == FINDINGS.c.class_id)
    joined = FINDINGS.join(CHOSEN, own).join(DRAWS, DRAWS.c.commitment == FINDINGS.c.draw)
    wanted = select(FINDINGS, DRAWS.c.title).select_from(joined)
    here = (CHOSEN.c.class_id.in_(ids), CHOSEN.c.institution == institution, CHOSEN.c.locality == locality)
    ordered = wanted.where(*here).order_by(DRAWS.c.committed_at, FINDINGS.c.draw, FINDINGS.c.round)
    last = {row["draw"]: row for row in connection.execute(ordered).mappings()}
    return tuple((draw, row["title"], _finding(row)) for draw, row in last.items())


def worklist(connection: Connection, inspector: str) -> tuple[tuple[str, str], ...]:
    """The draws and classes to which the lots sent somebody, the newest draw first."""
    joined = select(SENT.c.draw, SENT.c.class_id).join(DRAWS, DRAWS.c.commitment == SENT.c.draw)
    rows = connection.execute(
        joined.where(SENT.c.inspector == inspector).order_by(DRAWS.c.committed_at.desc(), SENT.c.class_id)
    )
    return tuple((row.draw, row.class_id) for row in rows)


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], what: str) -> None:
    try:
        with connection.begin_nested():
            connection.execute(insert(table), rows)
    except IntegrityError as error:
        raise InputError(f"spot check: got {what} a second time, expected a new one; look again") from error


def _rows(connection: Connection, table: Table, name: str, *order: Any) -> list[RowMapping]:  # noqa: ANN401 - columns
    return [*connection.execute(select(table).where(table.c.draw == name).order_by(*order)).mappings()]


def _chosen(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = ("institution", "locality", "programme", "stratum", "weight")
    day = date.fromisoformat(entry["day"]) if entry["day"] else None
    return {name: entry[name] for name in names} | {"class_id": entry["id"], "day": day}


def _class(row: RowMapping) -> DrawClass:
    names = ("institution", "locality", "programme", "day", "stratum", "weight")
    return DrawClass(id=row["class_id"], **{name: row[name] for name in names})


def _draw(row: RowMapping, **parts: Any) -> Draw:  # noqa: ANN401 - what was drawn and what came of it, by field
    own = {name: row[name] for name in ("commitment", "title", "committed_at", "revealed_at")}
    return Draw(**own, **parts)


def _finding(row: RowMapping) -> SpotFinding:
    second = Signature(row["second_by"], row["second_at"]) if row["second_by"] else None
    return SpotFinding(
        class_id=row["class_id"],
        status=Status(row["status"]),
        text=row["text"],
        first=Signature(row["first_by"], row["first_at"]),
        evidence=build(tuple[EvidenceRef, ...], json.loads(row["evidence"]), "evidence"),
        round=row["round"],
        second=second,
        agrees=row["agrees"],
        dissent=row["dissent"],
    )


def _hold(row: RowMapping) -> SpotHold:
    names = ("class_id", "reason", "placed_at", "lifted_at", "lifted_by")
    return SpotHold(**{name: row[name] for name in names})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
