"""``xueshi draw`` put together: lists from files, a commitment to publish, the reveal, and the check of a stranger."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.spot_checks.published_lists import seal_of
from sqlalchemy import Connection

from facts.codec import build, plain
from facts.errors import InputError, SetupError
from facts.lots import COMMITMENT, SHEET
from facts.spot_check import Draw, DrawClass, DrawRules, Inspector
from facts.text import Text
from ingest.tables.draw_lists import read_classes, read_inspectors, read_rules
from pipeline.spot_checks.draw import Pool, committed, drawn_from, pool, revealed
from report.draw_page import draw_page, worklist_page
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.platform.secrets import secret_value
from runtime.spot_checks.holds import SpotCheckHolds
from runtime.spot_checks.register import SpotChecks
from storage.evidence_log.ledger import EvidenceLog
from storage.spot_checks.draw_verifier import DrawLine, check, read
from storage.spot_checks.standalone import draw_check_py

PUBLISHED, SECRET, CHECKER = "commitment.json", "secret.json", "draw_check.py"
_KEPT_SCHEMA = "xueshi.draw.secret/1"
_PUBLIC_MODE, _OWN_MODE = 0o644, 0o600


def person_id(account_id: int) -> str:
    """An account's id in the lists of inspectors; it says nothing to a stranger."""
    return f"A{account_id}"


def secret_folder(home: Path, commitment: str) -> Path:
    """Where a draw's secret lies until the reveal."""
    return home / "draws" / commitment[:16]


@dataclass(frozen=True, slots=True)
class Committed:
    """What was announced, and where it lies."""

    commitment: str
    published: Path
    secret: Path
    classes: int
    inspectors: int
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Revealed:
    """The sheet, and the files that were written."""

    sheet: Mapping[str, Any]
    public: tuple[Path, ...]
    internal: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """Lists, rules and a fresh nonce, bound by one digest that is not announced yet."""

    own: Pool
    published: Mapping[str, Any]
    files: Mapping[str, bytes]


def bind(classes: Sequence[DrawClass], people: Sequence[Inspector], rules: DrawRules) -> Bound:
    """Every fault of the lists at once, or the commitment with the secret that goes with it."""
    salt, nonce = secrets.token_bytes(32), secrets.token_hex(32)
    own = pool(classes, people, rules, salt)
    published = committed(own, nonce)
    secret = {"schema": _KEPT_SCHEMA, "commitment": published["commitment"], "nonce": nonce, "salt": salt.hex()}
    files = {PUBLISHED: _json(published), SECRET: _json({**secret, "inspectors": plain(people)}), CHECKER: _checker()}
    return Bound(own, published, files)


def announce(checks: SpotChecks, bound: Bound, out: Path, within: Connection | None = None) -> Committed:
    """The secret is on the disk before anybody hears of the commitment; nothing that is there is written over."""
    _write(out, bound.files)
    checks.announce(bound.published, within)
    counts = len(bound.own.classes), len(bound.own.inspectors)
    return Committed(bound.published["commitment"], out / PUBLISHED, out / SECRET, *counts, bound.own.notes)


def commit_draw(classes: Path, inspectors: Path, rules: Path, out: Path, home: Path, db: str = "") -> Committed:
    """The same from files; ``out`` takes what is to publish and what is to keep."""
    bound = bind(read_classes(classes), read_inspectors(inspectors), read_rules(rules))
    with _checks(home, db) as checks:
        return announce(checks, bound, out)


def sheet_from(folder: Path, beacon: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The draw by the committed nonce and the beacon, and who the inspectors are."""
    published, secret = _object(folder / PUBLISHED, COMMITMENT), _object(folder / SECRET, _KEPT_SCHEMA)
    people = build(tuple[Inspector, ...], secret["inspectors"], SECRET)
    _same_people(published, people, bytes.fromhex(str(secret["salt"])))
    sheet = revealed(published, str(secret["nonce"]), beacon.strip())
    return sheet, {one.id: one.name for one in people}


def reveal_draw(folder: Path, beacon: str, home: Path, lang: str, db: str = "") -> Revealed:
    """Draws by the committed nonce and the beacon, and writes the sheet to publish and the worklists beside it."""
    from report.draw_workbook import draw_xlsx, worklist_xlsx  # noqa: PLC0415 - openpyxl, which few calls need

    sheet, names = sheet_from(folder, beacon)
    body = _json(sheet)
    public = {"draw.json": body, "draw.html": draw_page(sheet, lang).encode(), "draw.xlsx": draw_xlsx(sheet)}
    internal = {
        "worklist.html": worklist_page(sheet, names, lang).encode(),
        "worklist.xlsx": worklist_xlsx(sheet, names),
    }
    _refuse_over(folder, {**public, **internal})
    with _checks(home, db) as checks:
        checks.reveal(sheet)
    _write(folder, public | internal, private=set(internal))
    return Revealed(sheet, tuple(folder / name for name in public), tuple(folder / name for name in internal))


def draw_again(classes: Path, inspectors: Path | None, rules: Path | None, seed: str) -> list[dict[str, Any]]:
    """The draw of a seed, from the lists as tables or from the published file that holds all of them."""
    if inspectors is None and rules is None:
        published = _object(classes, COMMITMENT, SHEET)
        return drawn_from(published["classes"], published["inspectors"], published["rules"], seed)
    if inspectors is None or rules is None:
        raise InputError(
            "draw: got a list without inspectors or rules, expected --inspectors and --rules, or the published"
            f" {PUBLISHED} as LIST"
        )
    own = _pool(classes, inspectors, rules)
    return drawn_from(own.classes, own.inspectors, own.rules, seed)


def kept_draws(home: Path, db: str = "") -> tuple[Draw, ...]:
    """Every draw that was ever announced here, the newest first."""
    with _checks(home, db) as checks:
        return checks.draws()


def check_draw(sheet: Path, kept: Path | None) -> list[DrawLine]:
    """What a stranger's checker says, line by line."""
    return check(_any(sheet), _any(kept) if kept else None)


def _pool(classes: Path, inspectors: Path, rules: Path) -> Pool:
    return pool(read_classes(classes), read_inspectors(inspectors), read_rules(rules), b"")


def _same_people(published: Mapping[str, Any], people: tuple[Inspector, ...], salt: bytes) -> None:
    sealed = {one["id"]: one["seal"] for one in published["inspectors"]}
    odd = sorted(one.id for one in people if sealed.get(one.id) != seal_of(one, salt))
    if odd or len(sealed) != len(people):
        raise InputError(
            f"{SECRET}: got other inspectors than were committed to ({', '.join(odd[:8]) or 'another number'}),"
            " expected the very same; restore the file"
        )


def _object(path: Path, *schemas: str) -> dict[str, Any]:
    value = _any(path)
    if value.get("schema") not in schemas:
        raise InputError(f"{path}: got the schema {value.get('schema')!r}, expected {' or '.join(schemas)}")
    return value


def _any(path: Path) -> dict[str, Any]:
    try:
        return read(path)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: got a file that cannot be read ({error}), expected JSON of a draw") from error


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _checker() -> bytes:
    return draw_check_py().encode()


def _write(folder: Path, files: Mapping[str, bytes], private: frozenset[str] | set[str] = frozenset({SECRET})) -> None:
    _refuse_over(folder, files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            mode = _OWN_MODE if name in private else _PUBLIC_MODE
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise SetupError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from error


def _refuse_over(folder: Path, files: Mapping[str, bytes]) -> None:
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise InputError(
            f"{folder}: got {', '.join(there)} there already, expected a folder without; a draw is never drawn over,"
            " name another folder"
        )


@contextmanager
def _checks(home: Path, db: str) -> Iterator[SpotChecks]:
    engine = database_at(home, db or secret_value(environment(), "XUESHI_DB"))
    try:
        yield SpotChecks(engine, EvidenceLog(engine), now, SpotCheckHolds(engine, home))
    finally:
        engine.dispose()
