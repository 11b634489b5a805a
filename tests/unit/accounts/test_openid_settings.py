"""The browser's own cookie, and what an operator sets."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.errors import SetupError
from runtime.accounts.openid.round_trip import begin, resume
from runtime.accounts.openid.settings import openid_from
from tests.fixtures.openid import settings_of
from tests.fixtures.openid_sign_in import HERE, chosen, clock, keyed


@given(st.text(max_size=200), st.text(max_size=60))
def test_only_what_we_sealed_is_opened(next_path: str, noise: str) -> None:
    at = clock()
    visit, cookie = begin(keyed, at, next_path)
    assert resume(keyed, cookie, at + timedelta(minutes=9)) == visit
    assert resume(keyed, cookie, at + timedelta(minutes=11)) is None
    assert resume(keyed, cookie, at - timedelta(minutes=1)) is None
    assert resume(keyed, noise, at) is None
    assert resume(keyed, noise + cookie, at) == (visit if not noise else None)
    assert resume(lambda purpose, text: keyed(f"{purpose}!", text), cookie, at) is None


FAULTS = {
    "an address without TLS": ({"ISSUER": "http://id.example"}, "XUESHI_OPENID_ISSUER: got http, expected https://"),
    "an address with a query": ({"ISSUER": "https://id.example/?a=b"}, "got a query in it"),
    "an address with a password": ({"ISSUER": "https://a:b@id.example"}, "got a user name or a fragment in it"),
    "no address": ({"ISSUER": ""}, "XUESHI_OPENID_ISSUER: got nothing, expected the provider's https:// address"),
    "words for an address": ({"ISSUER": "统一身份"}, "XUESHI_OPENID_ISSUER: got no whole address"),
    "no client": ({"CLIENT_ID": ""}, "XUESHI_OPENID_CLIENT_ID: got nothing"),
    "scopes without openid": ({"SCOPES": "profile"}, "XUESHI_OPENID_SCOPES: got 'profile', expected words with openid"),
    "a long name": ({"NAME_ZH": "名" * 41}, "XUESHI_OPENID_NAME_ZH: got 41 characters"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_setting_is_refused_in_one_line(name: str) -> None:
    wrong, told = FAULTS[name]
    given_ = settings_of("https://id.example") | {f"XUESHI_OPENID_{key}": value for key, value in wrong.items()}
    with pytest.raises(SetupError) as caught:
        openid_from(given_, HERE)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_fault_of_the_settings_is_told_at_once_and_people_must_come_back_by_https() -> None:
    with pytest.raises(
        SetupError, match=r"_ISSUER: .*; .*_CLIENT_ID: .*; XUESHI_ADDRESS: got http://10\.0\.0\.1"
    ) as no:
        openid_from({"XUESHI_OPENID_CLIENT_SECRET": "geheim"}, "http://10.0.0.1:8000")
    assert "geheim" not in str(no.value)


def test_the_secret_comes_from_a_file_and_never_shows(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("geheim\n")
    found = chosen("https://id.example/", XUESHI_OPENID_CLIENT_SECRET_FILE=str(tmp_path / "s"))
    assert (found.client_secret, found.issuer) == ("geheim", "https://id.example/")
    assert "geheim" not in repr(found)


def test_nothing_set_is_no_provider() -> None:
    assert openid_from({"XUESHI_OPENID_ISSUER": "", "XUESHI_OPENID_SCOPES": ""}, HERE) is None
