"""Everywhere that verdicts on a claim's class may lie: a folder of packages and reports, and the service's database."""

from pathlib import Path

from sqlalchemy import Engine

from facts.claim import Claim
from pipeline.sealing.pseudonyms import Pseudonyms
from runtime.claims.report_database import NONE_KEPT, read_database
from runtime.claims.report_folder import read_folder
from runtime.claims.report_selection import FoundReports, select_reports


def find_reports(
    claim: Claim,
    pseudonyms: Pseudonyms | None,
    *,
    folder: Path | None = None,
    key: str = "",
    service: Engine | None = None,
) -> FoundReports:
    """The verdicts of the folder and of the database, joined with the claim; ``key`` is that of ``read_folder``."""
    loose = read_folder(folder, key) if folder else []
    kept = read_database(service, claim) if service else []
    limits = (NONE_KEPT,) if service and not kept else ()
    return select_reports(claim, pseudonyms, [*loose, *kept], limits)
