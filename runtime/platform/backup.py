"""A database to one file and back: SQLite by its own online backup, PostgreSQL by its own pg_dump; the log is checked."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL, make_url

from facts.digest import Digest
from facts.errors import InputError, SetupError
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.platform.secrets import secret_value
from storage.database.connection import open_engine, reading, sqlite_address
from storage.database.schema import open_database
from storage.evidence_log.ledger import EvidenceLog, founded

DATABASE = "xueshi.db"
_SQLITE, _POSTGRES = b"SQLite format 3\0", b"PGDMP"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What a backup file holds, or what was restored from one: compare both lines, and the regulator's heads."""

    file: Path
    digest: Digest
    size_bytes: int
    leaves: int
    root: str
    heads: int


def address_of(environ: Mapping[str, str], url: str) -> str:
    """The database that was named, or that of XUESHI_DB, or this user's own."""
    return url or secret_value(environ, "XUESHI_DB") or sqlite_address(home(environ) / DATABASE)


def backup(address: str, file: Path) -> BackupContents:
    """One consistent copy while others go on writing; the file appears whole or not at all, for its owner only."""
    if file.exists():
        raise InputError(f"{file}: got a file there already, expected none; a backup is never written over")
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise InputError(f"{url.database}: got no database, expected one; check --db or XUESHI_DB")
    log = _log(address)  # read before the copy: later leaves may be in the copy too, none of these is missing
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(Path(url.database or ""), part)
        else:
            _postgres("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        _sync(part)
        part.replace(file)
    except OSError as error:
        raise SetupError(f"{file}: cannot be written ({error.strerror}); choose another place") from error
    finally:
        part.unlink(missing_ok=True)
    return _kept(file, log)


def restore(address: str, file: Path) -> BackupContents:
    """The backup in an empty place, brought to this version's schema, its log verified whole."""
    kind, url = _kind(file), make_url(address)
    if kind != url.get_backend_name().removesuffix("ql"):
        raise InputError(
            f"{file}: got a backup of {kind}, expected one of {url.get_backend_name()}; name a database of the same kind"
        )
    if kind == "sqlite":
        _restore_sqlite(Path(url.database or ""), file)
    else:
        _refuse_filled(address)
        whole = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _postgres("pg_restore", url, *whole, f"--dbname={url.database}", str(file))
    open_database(address).dispose()
    return _kept(file, _log(address, verify=True))


def _kept(file: Path, log: tuple[int, str, int]) -> BackupContents:
    with file.open("rb") as opened:
        digest = Digest.of(iter(lambda: opened.read(_CHUNK), b""))
    return BackupContents(file, digest, file.stat().st_size, *log)


def _log(address: str, *, verify: bool = False) -> tuple[int, str, int]:
    engine = open_engine(address)
    try:
        return _log_of(engine, verify=verify)
    finally:
        engine.dispose()


def _log_of(engine: Engine, *, verify: bool) -> tuple[int, str, int]:
    with reading(engine, "looking for the log") as connection:
        known = inspect(connection).has_table("log")
    if not known or not founded(engine):
        return 0, "", 0
    log = EvidenceLog(engine)
    if verify:
        log.verify()
    size = log.size
    return size, log.root(size).hex(), len(log.heads())


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as one,
            closing(sqlite3.connect(target)) as two,
        ):
            one.backup(two)
            two.execute("PRAGMA journal_mode=DELETE")
            (sound,) = two.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise SetupError(f"{source}: cannot be copied ({error}); see that the disk has space and try again") from error
    if sound != "ok":
        raise SetupError(f"{source}: got a damaged database ({sound[:200]}), expected a sound one; restore a backup")


def _restore_sqlite(target: Path, file: Path) -> None:
    beside = [name for name in (target, *(Path(f"{target}{end}") for end in ("-wal", "-shm"))) if name.exists()]
    if beside:
        raise InputError(f"{beside[0]}: got a database there already, expected none; move it away, nothing is replaced")
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _copy_sqlite(file, part)
        _sync(part)
        part.replace(target)
    except OSError as error:
        raise SetupError(f"{target}: cannot be written ({error.strerror}); choose another place") from error
    finally:
        part.unlink(missing_ok=True)


def _sync(file: Path) -> None:
    for place in (file, file.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _kind(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            head = opened.read(len(_SQLITE))
    except OSError as error:
        raise InputError(f"{file}: got a file that cannot be read ({error.strerror}), expected a backup") from error
    if head == _SQLITE:
        return "sqlite"
    if head.startswith(_POSTGRES):
        return "postgres"
    raise InputError(f"{file}: got no backup, expected a file that `xueshi db backup` wrote")


def _refuse_filled(address: str) -> None:
    engine = open_engine(address)
    with reading(engine, "looking whether the database is empty") as connection:
        there = sorted(inspect(connection).get_table_names())
    shown = engine.url.render_as_string(hide_password=True)
    engine.dispose()
    if there:
        raise InputError(
            f"{shown}: got a database with the table {there[0]}, expected an empty one; nothing is replaced,"
            " make a new one with createdb"
        )


def _postgres(program: str, url: URL, *arguments: str) -> None:
    """Run PostgreSQL's own program; it gets the password by its environment, which other users cannot read."""
    if shutil.which(program) is None:
        raise SetupError(f"{program}: got no such program, expected PostgreSQL's client; install postgresql-client")
    own = {"PGHOST": url.host, "PGPORT": str(url.port or 5432), "PGUSER": url.username, "PGPASSWORD": url.password}
    environ = {"PATH": environment().get("PATH", ""), "PGDATABASE": url.database, **own}
    line = [program, "--no-password", *arguments]
    known = {name: str(value) for name, value in environ.items() if value}
    done = subprocess.run(line, env=known, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        told = " ".join(done.stderr.split())[-400:]
        raise SetupError(f"{program}: exit {done.returncode} ({told}); nothing was kept by half")
