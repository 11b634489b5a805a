"""A draw that somebody asks for: checked, bound to its lists and rules, announced, and revealed later."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from facts.errors import InputError
from facts.refusals import Refusal, RefusalsError, refuse, stands
from facts.text import Text
from pipeline.spot_checks.request import DrawRequest, request_refusals, rules_of, stratum_of
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.spot_checks.access import DrawView, spot_checks_of
from runtime.spot_checks.draw_folder import DrawAnnouncement, DrawCommitment, announce, bind, secret_folder, sheet_from
from runtime.spot_checks.draw_lists import inspector, inspectors_of, listed_classes
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import FLAGS


def commitment_for(
    service: Service, caller: Caller, request: DrawRequest, already: Sequence[Refusal] = ()
) -> DrawCommitment:
    """The lists of the caller's area as they are now, bound with rules and a secret nonce; every fault at once."""
    with reading(service.engine, "reading the lists") as connection:
        rows = listed_classes(connection, caller)
        people = inspectors_of(connection, caller)
        doubts = _doubts(connection) if request.weighted else {}
    refuse([*already, *request_refusals(request, {row.id for row, _ in rows}, {one.name for one in people})])
    rows = [(row, entry) for row, entry in rows if not request.weights or row.id in request.weights]
    classes = tuple(
        replace(
            entry,
            stratum=stratum_of(request, entry),
            weight=request.weights.get(row.id, 1 + doubts.get(row.id, 0)),
        )
        for row, entry in rows
    )
    return bind(classes, [inspector(one, request.avoided) for one in people], rules_of(request, classes))


def announce_draw(service: Service, commitment: DrawCommitment, within: Connection | None = None) -> DrawAnnouncement:
    """Announces the commitment, before anybody can know what will be drawn."""
    return announce(spot_checks_of(service), commitment, _folder(service, commitment.published["commitment"]), within)


def sheet_for(service: Service, view: DrawView, beacon: str) -> dict[str, Any]:
    """The sheet of an announced draw, by its nonce and the beacon; refusals name no path of this machine."""
    named, given = str(view.sheet["rules"]["beacon"]), beacon.strip()
    if bool(given) != bool(named):
        text = Text(
            f"未能揭示：请填写公共信标（{named}）" if named else "未能揭示：此次抽查没有预告公共信标，请留空",
            f"not revealed: give the beacon ({named})"
            if named
            else "not revealed: no beacon was announced, leave it empty",
        )
        refuse([Refusal("beacon", text, given or "nothing", f"the text of {named}" if named else "nothing")])
    try:
        sheet, _ = sheet_from(_folder(service, view.draw.commitment), given)
    except InputError as error:
        text = Text(
            "未能揭示：本机没有此次抽查的密存文件（或已被改动），请在承诺时的机器上揭示，或从备份恢复",
            "not revealed: its secret does not lie here, or was changed; reveal it where it was committed, or restore it",
        )
        raise RefusalsError(
            [stands("secret", text, "no secret that fits", "the one that was kept at the commitment")]
        ) from error
    return sheet


def _folder(service: Service, commitment: str) -> Path:
    return secret_folder(service.settings.home, commitment)


def _doubts(connection: Connection) -> dict[int, int]:
    newest = FLAGS.c.report_id == CLASSES.c.report_id
    counted = select(FLAGS.c.class_id, func.count().label("doubts")).join(CLASSES, newest).group_by(FLAGS.c.class_id)
    return {row.class_id: row.doubts for row in connection.execute(counted)}
