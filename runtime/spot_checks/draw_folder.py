"""The folder of a draw: what is published, and the secret that stays in it until the reveal."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from facts.codec import build, plain
from facts.errors import InputError, SetupError
from facts.lots import COMMITMENT
from facts.spot_check import DrawClass, DrawRules, Inspector
from facts.text import Text
from pipeline.spot_checks.draw import Pool, committed, pool, revealed
from pipeline.spot_checks.draw_publication import seal_of
from runtime.spot_checks.register import SpotChecks
from storage.spot_checks.draw_verifier import read
from storage.spot_checks.standalone import draw_check_py

PUBLISHED, SECRET, CHECKER = "commitment.json", "secret.json", "draw_check.py"
_OWN_SCHEMA = "xueshi.draw.secret/1"
_PUBLIC_MODE, _OWN_MODE = 0o644, 0o600


@dataclass(frozen=True, slots=True)
class DrawAnnouncement:
    """What was announced, and where it lies."""

    commitment: str
    published: Path
    secret: Path
    classes: int
    inspectors: int
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DrawCommitment:
    """Lists, rules and a fresh nonce, bound by one digest that is not announced yet."""

    lists: Pool
    published: Mapping[str, Any]
    files: Mapping[str, bytes]


def secret_folder(home: Path, commitment: str) -> Path:
    """Where a draw's secret lies until the reveal."""
    return home / "draws" / commitment[:16]


def bind(classes: Sequence[DrawClass], people: Sequence[Inspector], rules: DrawRules) -> DrawCommitment:
    """The commitment to these lists and rules with the secret that goes with it; every fault of the lists at once."""
    salt, nonce = secrets.token_bytes(32), secrets.token_hex(32)
    lists = pool(classes, people, rules, salt)
    published = committed(lists, nonce)
    secret = {"schema": _OWN_SCHEMA, "commitment": published["commitment"], "nonce": nonce, "salt": salt.hex()}
    files = {
        PUBLISHED: json_bytes(published),
        SECRET: json_bytes({**secret, "inspectors": plain(people)}),
        CHECKER: draw_check_py().encode(),
    }
    return DrawCommitment(lists, published, files)


def announce(
    spot_checks: SpotChecks, commitment: DrawCommitment, out: Path, within: Connection | None = None
) -> DrawAnnouncement:
    """The secret is on the disk before anybody hears of the commitment; nothing that is there is written over."""
    write_files(out, commitment.files)
    spot_checks.announce(commitment.published, within)
    counts = len(commitment.lists.classes), len(commitment.lists.inspectors)
    return DrawAnnouncement(
        commitment.published["commitment"], out / PUBLISHED, out / SECRET, *counts, commitment.lists.notes
    )


def sheet_from(folder: Path, beacon: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The sheet that follows from the committed nonce and the beacon, and the inspectors' names by their ids."""
    published, secret = read_object(folder / PUBLISHED, COMMITMENT), read_object(folder / SECRET, _OWN_SCHEMA)
    people = build(tuple[Inspector, ...], secret["inspectors"], SECRET)
    _same_people(published, people, bytes.fromhex(str(secret["salt"])))
    sheet = revealed(published, str(secret["nonce"]), beacon.strip())
    return sheet, {one.id: one.name for one in people}


def _same_people(published: Mapping[str, Any], people: tuple[Inspector, ...], salt: bytes) -> None:
    sealed = {one["id"]: one["seal"] for one in published["inspectors"]}
    odd = sorted(one.id for one in people if sealed.get(one.id) != seal_of(one, salt))
    if odd or len(sealed) != len(people):
        raise InputError(
            f"{SECRET}: got other inspectors than were committed to ({', '.join(odd[:8]) or 'another number'}),"
            " expected the very same; restore the file"
        )


def read_object(path: Path, *schemas: str) -> dict[str, Any]:
    """The JSON object in the file, of one of these schemas."""
    value = read_any(path)
    if value.get("schema") not in schemas:
        raise InputError(f"{path}: got the schema {value.get('schema')!r}, expected {' or '.join(schemas)}")
    return value


def read_any(path: Path) -> dict[str, Any]:
    """The JSON object in the file, whatever its schema."""
    try:
        return read(path)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: got a file that cannot be read ({error}), expected JSON of a draw").in_chinese(
            f"{path}：读不出这个文件，应为抽查的 JSON 文件；请核对路径和文件"
        ) from error


def json_bytes(value: object) -> bytes:
    """JSON as the files of a draw have it."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def write_files(
    folder: Path, files: Mapping[str, bytes], private: frozenset[str] | set[str] = frozenset({SECRET})
) -> None:
    """Each file new and on the disk for certain; private ones for their owner alone."""
    refuse_over(folder, files)
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


def refuse_over(folder: Path, files: Mapping[str, bytes]) -> None:
    """Each file new and on the disk for certain; private ones for their owner alone."""
    """Unless none of the files exists yet."""
    existing = [name for name in files if (folder / name).exists()]
    if existing:
        raise InputError(
            f"{folder}: got {', '.join(existing)} there already, expected a folder without; a draw is never drawn over,"
            " name another folder"
        )
