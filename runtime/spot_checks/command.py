"""``xueshi draw`` put together: lists from files, a commitment to publish, the reveal, and the check of a stranger."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.errors import InputError
from facts.lots import COMMITMENT, SHEET
from facts.spot_check import Draw
from ingest.tables.draw_lists import read_classes, read_inspectors, read_rules
from pipeline.spot_checks.draw import drawn_from, pool
from report.draw_page import draw_page, worklist_page
from report.draw_workbook import draw_xlsx, worklist_xlsx
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.platform.secrets import secret_value
from runtime.spot_checks.draw_folder import (
    PUBLISHED,
    DrawAnnouncement,
    announce,
    bind,
    json_bytes,
    read_any,
    read_object,
    refuse_over,
    sheet_from,
    write_files,
)
from runtime.spot_checks.holds import SpotCheckHolds
from runtime.spot_checks.register import SpotChecks
from storage.evidence_log.ledger import EvidenceLog
from storage.spot_checks.draw_verifier import DrawLine, check


@dataclass(frozen=True, slots=True)
class DrawReveal:
    """The sheet, and the files that were written."""

    sheet: Mapping[str, Any]
    public: tuple[Path, ...]
    internal: tuple[Path, ...]


def commit_draw(classes: Path, inspectors: Path, rules: Path, out: Path, home: Path, db: str = "") -> DrawAnnouncement:
    """Announces a draw over lists from files; ``out`` takes what is to publish and what is to keep secret."""
    commitment = bind(read_classes(classes), read_inspectors(inspectors), read_rules(rules))
    with _spot_checks(home, db) as spot_checks:
        return announce(spot_checks, commitment, out)


def reveal_draw(folder: Path, beacon: str, home: Path, lang: str, db: str = "") -> DrawReveal:
    """Draws by the committed nonce and the beacon, and writes the sheet to publish and the worklists beside it."""
    sheet, names = sheet_from(folder, beacon)
    body = json_bytes(sheet)
    public = {"draw.json": body, "draw.html": draw_page(sheet, lang).encode(), "draw.xlsx": draw_xlsx(sheet)}
    internal = {
        "worklist.html": worklist_page(sheet, names, lang).encode(),
        "worklist.xlsx": worklist_xlsx(sheet, names),
    }
    refuse_over(folder, {**public, **internal})
    with _spot_checks(home, db) as spot_checks:
        spot_checks.reveal(sheet)
    write_files(folder, public | internal, private=set(internal))
    return DrawReveal(sheet, tuple(folder / name for name in public), tuple(folder / name for name in internal))


def draw_again(classes: Path, inspectors: Path | None, rules: Path | None, seed: str) -> list[dict[str, Any]]:
    """The draw of a seed, from the lists as tables or from the published file that holds all of them."""
    if inspectors is None and rules is None:
        published = read_object(classes, COMMITMENT, SHEET)
        return drawn_from(published["classes"], published["inspectors"], published["rules"], seed)
    if inspectors is None or rules is None:
        raise InputError(
            "draw: got a list without inspectors or rules, expected --inspectors and --rules, or the published"
            f" {PUBLISHED} as LIST"
        )
    own = pool(read_classes(classes), read_inspectors(inspectors), read_rules(rules), b"")
    return drawn_from(own.classes, own.inspectors, own.rules, seed)


def announced_draws(home: Path, db: str = "") -> tuple[Draw, ...]:
    """Every draw that was ever announced here, the newest first."""
    with _spot_checks(home, db) as spot_checks:
        return spot_checks.draws()


def check_draw(sheet: Path, kept: Path | None) -> list[DrawLine]:
    """What the checker that travels with a draw says, line by line."""
    return check(read_any(sheet), read_any(kept) if kept else None)


@contextmanager
def _spot_checks(home: Path, db: str) -> Iterator[SpotChecks]:
    engine = database_at(home, db or secret_value(environment(), "XUESHI_DB"))
    try:
        yield SpotChecks(engine, EvidenceLog(engine), now, SpotCheckHolds(engine, home))
    finally:
        engine.dispose()
