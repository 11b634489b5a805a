"""A connection to PostgreSQL is encrypted where the server offers it, and made where it does not."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database.connection import open_engine
from tests.fixtures.postgres import USER, Postgres, PostgresServer, postgres_process, programs

_ENCRYPTED = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


@pytest.fixture
def server_with_tls(tmp_path: Path, openssl_program: str) -> Iterator[PostgresServer]:
    found = programs()
    if found is None:
        pytest.skip("needs PostgreSQL; tests/fixtures/install_postgres.sh installs Debian's")
    key, certificate = tmp_path / "server.key", tmp_path / "server.crt"
    line = [openssl_program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*line, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True, timeout=60)  # noqa: S603 - our own words
    pem = tmp_path / "both.pem"
    pem.write_bytes(key.read_bytes() + certificate.read_bytes())
    with postgres_process(found, tls=pem) as server:
        yield server


def test_a_server_that_offers_it_is_spoken_to_in_tls(server_with_tls: PostgresServer) -> None:
    engine = open_engine(f"postgresql://{USER}@127.0.0.1:{server_with_tls.port}/postgres")
    with engine.connect() as connection:
        assert connection.execute(_ENCRYPTED).scalar_one() is True
    engine.dispose()


def test_a_server_that_does_not_is_spoken_to_plainly(postgres_server: Postgres) -> None:
    engine = open_engine(postgres_server.url("postgres"))
    with engine.connect() as connection:
        assert connection.execute(_ENCRYPTED).scalar_one() is False
    engine.dispose()
