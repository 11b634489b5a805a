"""Facts that earlier versions kept in the clear are sealed, one report at a time; killed anywhere, it goes on from there."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from storage.database.connection import give_back_space, reading, writing
from storage.database.tables.verification import REPORTS
from storage.database.verification.facts_keys import FactsGoneError
from storage.database.verification.reports import drop_plain_facts, plain_reports, seal_report

_LOG = logging.getLogger("xueshi.work")
_AT_A_TIME = 50


def seal_older_facts(engine: Engine, clock: Callable[[], datetime]) -> int:
    """How many reports were sealed; what they were in the clear is overwritten on the disk."""
    sealed = 0
    while True:
        with reading(engine, "looking for facts in the clear") as connection:
            left = plain_reports(connection, _AT_A_TIME)
        if not left:
            break
        for report_id in left:
            with writing(engine, "sealing facts") as connection:
                try:
                    seal_report(connection, report_id, clock())
                except FactsGoneError:
                    drop_plain_facts(connection, report_id)
        sealed += len(left)
    if sealed:
        give_back_space(engine, REPORTS.name)
        _LOG.info("%s reports: names and numbers sealed", sealed)
    return sealed
