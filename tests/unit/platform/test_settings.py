"""Settings as an operator gives them; what would be weak in the open is refused."""

from pathlib import Path

import pytest

from facts.errors import SetupError
from runtime.platform.settings import settings_from

STRONG = "q7Zk3vT9xW2mB8nR5cY1dF6gH4jL0pSa"


def given(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"XUESHI_HOME": str(tmp_path), **more}


def test_nothing_given_is_loopback_sqlite_and_a_secret_of_this_machine_alone(tmp_path: Path) -> None:
    first, again = settings_from(given(tmp_path)), settings_from(given(tmp_path))
    other = settings_from(given(tmp_path / "other"))
    assert first.local
    assert first.database == f"sqlite:///{tmp_path}/xueshi.db"
    assert first.secret == again.secret != other.secret
    assert (tmp_path / "keys" / "service.secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("secret", ["short", "changeme" * 5, "a" * 40, "please-use-a-password-here-1234567"])
def test_a_weak_secret_is_refused_where_others_can_reach_the_service(tmp_path: Path, secret: str) -> None:
    with pytest.raises(SetupError, match=r"XUESHI_SECRET: got .* expected at least 32 random characters") as caught:
        settings_from(given(tmp_path, XUESHI_HOST="0.0.0.0", XUESHI_SECRET=secret))  # noqa: S104 - the point
    assert secret not in str(caught.value)
    assert settings_from(given(tmp_path, XUESHI_SECRET=secret)).secret == secret


def test_secrets_come_from_files_and_never_show(tmp_path: Path) -> None:
    (tmp_path / "s").write_text(STRONG + "\n")
    (tmp_path / "d").write_text("postgresql://xueshi:geheim@db/xueshi\n")
    found = settings_from(
        given(
            tmp_path, XUESHI_HOST="10.0.0.1", XUESHI_SECRET_FILE=str(tmp_path / "s"), XUESHI_DB_FILE=str(tmp_path / "d")
        )
    )
    assert (found.secret, found.database) == (STRONG, "postgresql://xueshi:geheim@db/xueshi")
    assert "geheim" not in repr(found)
    assert STRONG not in repr(found)
    with pytest.raises(SetupError, match=r"XUESHI_SECRET_FILE: got .* cannot be read"):
        settings_from(given(tmp_path, XUESHI_SECRET_FILE=str(tmp_path / "none")))


def test_off_loopback_cookies_insist_on_https_and_strange_hosts_are_named(tmp_path: Path) -> None:
    found = settings_from(
        given(tmp_path, XUESHI_HOST="10.0.0.1", XUESHI_SECRET=STRONG, XUESHI_ADDRESS="https://xueshi.example.org/")
    )
    assert found.secure
    assert found.address == "https://xueshi.example.org"
    assert found.hosts == ("xueshi.example.org", "10.0.0.1")
    assert not settings_from(given(tmp_path)).secure


def test_a_number_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="XUESHI_PORT: got 'http', expected a whole number"):
        settings_from(given(tmp_path, XUESHI_PORT="http"))
