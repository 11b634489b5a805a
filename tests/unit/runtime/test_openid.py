"""The provider's word, checked: what a token says, how it is signed, what is published, how long anybody waits."""

import hmac
import json
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from facts.errors import SetupError
from runtime.openid.errors import OpenIdError, Wrong
from runtime.openid.fetch import Patience, ask
from runtime.openid.keeping import Kept
from runtime.openid.provider import Provider, endpoint
from runtime.openid.settings import OpenIdSettings, openid_from
from runtime.openid.token import Expected, subject_of
from runtime.openid.visit import begin, resume
from tests.fixtures.openid import CLIENT, Handler, Odd, odd, rsa, settings_of

HERE = "http://127.0.0.1:8000"


def clock() -> datetime:
    return datetime.now(UTC)


def keyed(purpose: str, text: str) -> str:
    return hmac.digest(b"a key", f"{purpose}\n{text}".encode(), "sha256").hex()


@pytest.fixture
def odd_one() -> Iterator[Odd]:
    with odd() as found:
        yield found


def chosen(issuer: str, **more: str) -> OpenIdSettings:
    found = openid_from(settings_of(issuer, **more), HERE)
    assert found
    return found


def vouched(own: Odd, patience: Patience | None = None) -> str:
    """The subject after one whole visit."""
    provider = Provider(chosen(own.issuer), HERE, clock, patience)
    visit, _ = begin(keyed, clock(), "/")
    own.visited(provider.way_in(visit))
    return provider.subject("code-1", visit)


def refused(own: Odd, kind: Wrong) -> str:
    """Why nobody is vouched for."""
    with pytest.raises(OpenIdError) as caught:
        vouched(own)
    assert caught.value.kind is kind, str(caught.value)
    assert own.subject not in str(caught.value)
    return caught.value.detail


def relative(claims: dict[str, Any]) -> dict[str, Any]:
    """Times are told as seconds from now."""
    now = int(time.time())
    return {
        name: now + value if name in {"exp", "iat", "nbf"} and isinstance(value, int | float) else value
        for name, value in claims.items()
    }


WRONG: dict[str, tuple[dict[str, Any], Wrong]] = {
    "of another provider": ({"iss": "https://evil.example"}, Wrong.BAD_TOKEN),
    "of no provider": ({"iss": None}, Wrong.BAD_TOKEN),
    "for another service": ({"aud": "another"}, Wrong.BAD_TOKEN),
    "for a service whose name holds ours": ({"aud": f"{CLIENT}-2"}, Wrong.BAD_TOKEN),
    "for nobody": ({"aud": None}, Wrong.BAD_TOKEN),
    "for two services and made for neither": ({"aud": [CLIENT, "another"]}, Wrong.BAD_TOKEN),
    "for two services and made for the other": ({"aud": [CLIENT, "another"], "azp": "another"}, Wrong.BAD_TOKEN),
    "made for another service": ({"azp": "another"}, Wrong.BAD_TOKEN),
    "expired": ({"exp": -61}, Wrong.CLOCKS),
    "without an end": ({"exp": None}, Wrong.BAD_TOKEN),
    "with an end that is no number": ({"exp": "tomorrow"}, Wrong.BAD_TOKEN),
    "with an end that is infinite": ({"exp": float("inf")}, Wrong.BAD_TOKEN),
    "from the future": ({"iat": 90, "exp": 300}, Wrong.CLOCKS),
    "not yet good": ({"nbf": 90}, Wrong.CLOCKS),
    "from before the sign-in began": ({"iat": -90}, Wrong.CLOCKS),
    "without a time": ({"iat": None}, Wrong.BAD_TOKEN),
    "for another sign-in": ({"nonce": "of another"}, Wrong.BAD_TOKEN),
    "for no sign-in": ({"nonce": None}, Wrong.BAD_TOKEN),
    "with another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, Wrong.BAD_TOKEN),
    "about nobody": ({"sub": None}, Wrong.BAD_TOKEN),
    "about an empty name": ({"sub": ""}, Wrong.BAD_TOKEN),
    "about a number": ({"sub": 1001}, Wrong.BAD_TOKEN),
    "about a name with a break in it": ({"sub": "u-1001\n"}, Wrong.BAD_TOKEN),
    "about a name without end": ({"sub": "u" * 256}, Wrong.BAD_TOKEN),
}
SOUND: dict[str, dict[str, Any]] = {
    "for several services and made for this one": {"aud": [CLIENT, "another"], "azp": CLIENT},
    "for this one in a list": {"aud": [CLIENT]},
    "a little old": {"exp": -20},
    "a little ahead": {"iat": 30, "nbf": 30},
    "a little behind": {"iat": -30},
    "with the hash of its access token": {  # OpenID Connect Core 3.1.3.6
        "at_hash": urlsafe_b64encode(sha256(b"an-access-token").digest()[:16]).decode().rstrip("=")
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_is_refused_that_is(odd_one: Odd, name: str) -> None:
    claims, kind = WRONG[name]
    odd_one.claims = relative(claims)
    assert refused(odd_one, kind)


@pytest.mark.parametrize("name", SOUND)
def test_a_token_is_good_that_is(odd_one: Odd, name: str) -> None:
    odd_one.claims = relative(SOUND[name])
    assert vouched(odd_one) == odd_one.subject


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def by_hand(header: dict[str, Any], claims: dict[str, Any], key: bytes = b"") -> str:
    """A token that no honest library would make."""
    text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{text}.{b64(hmac.digest(key, text.encode(), 'sha256')) if key else ''}"


def by_the_public_key(own: Odd, claims: dict[str, Any]) -> str:
    """The old trick: what everybody knows, taken for a shared secret."""
    return by_hand({"alg": "HS256", "kid": own.key.kid}, claims, own.key.as_pem(private=False))


def by_another(own: Odd, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": own.key.kid}, claims, rsa("another"), algorithms=["RS256"])


def with_its_own_key(_: Odd, claims: dict[str, Any]) -> str:
    mine = rsa("another")
    header = {"alg": "RS256", "kid": "another", "jwk": mine.as_dict(private=False)}
    return jwt.encode(header, claims, mine, algorithms=["RS256"])


def changed(own: Odd, claims: dict[str, Any]) -> str:
    head, _, signature = own.signed(claims).split(".")
    _, body, _ = own.signed(claims | {"sub": "somebody-else"}).split(".")
    return f"{head}.{body}.{signature}"


def not_understood(own: Odd, claims: dict[str, Any]) -> str:
    return by_hand({"alg": "RS256", "kid": own.key.kid, "crit": ["x"], "x": 1}, claims, b"k")


FORGED: dict[str, Callable[[Odd, dict[str, Any]], str]] = {
    "unsigned": lambda _, claims: by_hand({"alg": "none"}, claims),
    "unsigned in capitals": lambda _, claims: by_hand({"alg": "NONE"}, claims),
    "signed by the public key": by_the_public_key,
    "signed by another key of that name": by_another,
    "signed by a key that it brings": with_its_own_key,
    "changed after signing": changed,
    "asking for what we do not understand": not_understood,
    "with a list for an algorithm": lambda _, claims: by_hand({"alg": ["RS256"]}, claims, b"k"),
    "with a number for a key's name": lambda _, claims: by_hand({"alg": "RS256", "kid": 7}, claims, b"k"),
    "no token": lambda *_: "not a token",
    "nothing but dots": lambda *_: "..",
    "with a header that is a list": lambda *_: "W10.W10.W10",
    "with a header that is deep": lambda *_: f"{b64(b'[' * 5000)}.e30.AA",
    "larger than any token": lambda *_: "a" * 20_000,
    "not in ASCII": lambda *_: "凭.证.书",
    "with claims that are a list": lambda own, _: _signed_text(own, b"[1]"),
    "with claims that are no JSON": lambda own, _: _signed_text(own, b"sub=u-1001"),
}


def _signed_text(own: Odd, payload: bytes) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": own.key.kid}, payload, own.key, algorithms=["RS256"])


@pytest.mark.parametrize("name", FORGED)
def test_a_token_is_refused_that_is_forged(odd_one: Odd, name: str) -> None:
    odd_one.mint = FORGED[name]
    assert refused(odd_one, Wrong.BAD_TOKEN)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=300), st.binary(max_size=200).map(b64), st.lists(st.binary(max_size=60), max_size=4)))
def test_whatever_comes_for_a_token_is_refused_and_never_a_defect(raw: str | list[bytes]) -> None:
    token = raw if isinstance(raw, str) else ".".join(b64(part) for part in raw)
    expected = Expected("https://id.example", CLIENT, "nonce", 0, None)
    with pytest.raises(OpenIdError):
        subject_of(token, lambda *_: rsa("first"), expected, clock())


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "ES256"])
def test_other_sound_algorithms_are_understood(odd_one: Odd, algorithm: str) -> None:
    odd_one.algorithm = algorithm
    if algorithm.startswith("ES"):
        odd_one.key = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
    assert vouched(odd_one) == odd_one.subject


def test_a_token_without_a_key_name_is_good_where_one_key_fits_and_refused_where_two_do(odd_one: Odd) -> None:
    odd_one.header = {"kid": None}
    assert vouched(odd_one) == odd_one.subject
    odd_one.published = [one.as_dict(private=False) for one in (odd_one.key, rsa("another"))]
    odd_one.forget()
    assert "kid" in refused(odd_one, Wrong.BAD_TOKEN)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        "first",
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}],
        [{"kty": "RSA", "kid": "first", "n": "AQAB", "e": "AQAB"}],
        [{"kty": "RSA", "kid": "first", "n": "A" * 342, "e": "AQAB"}],
        [{"kty": "RSA", "kid": "first", "n": b64(bytes(128) + b"\xc1" * 128), "e": "AQAB"}],
        [{"kty": "EC", "kid": "first", "crv": "P-256", "x": "AAAA", "y": "AAAA"}],
        [{"kty": "EC", "kid": "first", "crv": "P-111", "x": "AAAA", "y": "AAAA"}],
        ["a", 1, None, {"kty": ["RSA"]}, {"kty": "RSA", "n": 7}],
    ],
    ids=[
        "none",
        "a word",
        "a shared secret",
        "a short one",
        "nought",
        "a padded one",
        "off the curve",
        "no curve",
        "no keys",
    ],
)
def test_keys_that_cannot_be_trusted_are_left_out(odd_one: Odd, keys: Any) -> None:  # noqa: ANN401 - any JSON
    odd_one.replies["/jwks"] = lambda to: to.say(200, json.dumps({"keys": keys}))
    assert "no usable key" in refused(odd_one, Wrong.BAD_ANSWER)


def test_a_key_for_encryption_checks_no_signature(odd_one: Odd) -> None:
    odd_one.published = [odd_one.key.as_dict(private=False) | {"use": "enc"}, rsa("another").as_dict(private=False)]
    assert refused(odd_one, Wrong.BAD_TOKEN)


DOCUMENTS: dict[str, dict[str, Any]] = {
    "of another name": {"issuer": "https://evil.example"},
    "without a name": {"issuer": None},
    "without a way in": {"authorization_endpoint": None},
    "with keys elsewhere without TLS": {"jwks_uri": "http://evil.example/jwks"},
    "with a script for a way in": {"authorization_endpoint": "javascript:alert(1)"},
    "with a file for keys": {"jwks_uri": "file:///etc/passwd"},
    "with a number for an address": {"token_endpoint": 7},
    "with a name and password in an address": {"token_endpoint": "https://a:b@example.org/token"},
    "with a port that is none": {"token_endpoint": "https://example.org:99999/token"},
    "with a header in an address": {"token_endpoint": "https://example.org/a\r\nhost: b"},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_discovery_document_is_refused(odd_one: Odd, name: str) -> None:
    odd_one.metadata = DOCUMENTS[name]
    assert refused(odd_one, Wrong.BAD_ANSWER)


def test_a_provider_elsewhere_names_no_address_of_this_machine() -> None:
    document = {"token_endpoint": "http://127.0.0.1:5432/"}
    assert endpoint(document, "token_endpoint", "http://127.0.0.1:9400") == "http://127.0.0.1:5432/"
    with pytest.raises(OpenIdError, match="token_endpoint: got http, expected https"):
        endpoint(document, "token_endpoint", "https://id.example")


def test_no_more_is_read_than_anybody_needs(odd_one: Odd) -> None:
    odd_one.replies["/jwks"] = lambda to: to.say(200, "{}" + " " * 300_000)
    assert "got more than 256000 bytes" in refused(odd_one, Wrong.BAD_ANSWER)


def drip(to: Handler) -> None:
    """An answer that never ends, a byte at a time."""
    to.send_response(200)
    to.end_headers()
    with suppress(OSError):
        for _ in range(200):
            to.wfile.write(b" ")
            to.wfile.flush()
            time.sleep(0.02)


def silence(to: Handler) -> None:
    """No answer for a while."""
    time.sleep(1)
    with suppress(OSError):
        to.say(200, "{}")


@pytest.mark.parametrize("how", [drip, silence])
def test_nobody_waits_for_a_slow_provider_for_long(odd_one: Odd, how: Callable[[Handler], None]) -> None:
    odd_one.replies["/token"] = how
    began = time.monotonic()
    with pytest.raises(OpenIdError, match=r"no_answer: .*/token: not done in 0.4 s"):
        vouched(odd_one, Patience(each_s=0.3, total_s=0.4))
    assert time.monotonic() - began < 2


def test_a_provider_that_is_not_there_is_told_without_the_query_of_its_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(
            OpenIdError, match=rf"no_answer: http://127\.0\.0\.1:{port}/a: ConnectionRefusedError"
        ) as no:
            ask(f"http://127.0.0.1:{port}/a?secret=1", Patience())
    assert "secret" not in str(no.value)


def test_a_host_that_cannot_be_a_name_does_not_answer() -> None:
    with pytest.raises(OpenIdError, match=r"no_answer: https://a\.\.b/"):
        ask("https://a..b/", Patience())


def test_a_certificate_that_nobody_vouches_for_is_refused(odd_one: Odd) -> None:
    with pytest.raises(OpenIdError, match=r"no_answer: .*SSL"):
        ask(odd_one.issuer.replace("http://", "https://"), Patience())


def test_what_is_published_is_fetched_by_one_and_waited_for_by_the_others() -> None:
    asked: list[int] = []

    def load() -> int:
        time.sleep(0.1)
        asked.append(1)
        return len(asked)

    kept = Kept(load, clock)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1] * 8


def test_what_is_published_is_fetched_again_after_an_hour_and_a_fault_is_remembered_for_a_moment() -> None:
    at = [datetime(2026, 3, 2, tzinfo=UTC)]
    answers: list[int | OpenIdError] = [1, OpenIdError(Wrong.NO_ANSWER, "down"), 2]

    def load() -> int:
        found = answers.pop(0)
        if isinstance(found, OpenIdError):
            raise found
        return found

    kept = Kept(load, lambda: at[0])
    assert (kept.get(), kept.newer()) == (1, 1)
    at[0] += timedelta(hours=1)
    for _ in range(3):
        with pytest.raises(OpenIdError, match="no_answer: down"):
            kept.get()
    at[0] += timedelta(seconds=10)
    assert kept.get() == 2


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
