"""What a provider publishes, what is asked of it, and how long anybody waits."""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.fetch import FetchLimits, ask
from runtime.accounts.openid.metadata_cache import MetadataCache
from runtime.accounts.openid.provider import endpoint
from tests.fixtures.openid import Handler, OddProvider, rsa
from tests.fixtures.openid_sign_in import b64, clock, refused, vouched


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
def test_keys_that_cannot_be_trusted_are_left_out(odd_provider: OddProvider, keys: Any) -> None:  # noqa: ANN401 - any JSON
    odd_provider.replies["/jwks"] = lambda to: to.say(200, json.dumps({"keys": keys}))
    assert "no usable key" in refused(odd_provider, OpenIdFault.BAD_ANSWER)


def test_a_key_for_encryption_checks_no_signature(odd_provider: OddProvider) -> None:
    odd_provider.published = [
        odd_provider.key.as_dict(private=False) | {"use": "enc"},
        rsa("another").as_dict(private=False),
    ]
    assert refused(odd_provider, OpenIdFault.BAD_TOKEN)


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
def test_a_discovery_document_is_refused(odd_provider: OddProvider, name: str) -> None:
    odd_provider.metadata = DOCUMENTS[name]
    assert refused(odd_provider, OpenIdFault.BAD_ANSWER)


def test_a_provider_elsewhere_names_no_address_of_this_machine() -> None:
    document = {"token_endpoint": "http://127.0.0.1:5432/"}
    assert endpoint(document, "token_endpoint", "http://127.0.0.1:9400") == "http://127.0.0.1:5432/"
    with pytest.raises(OpenIdError, match="token_endpoint: got http, expected https"):
        endpoint(document, "token_endpoint", "https://id.example")


def test_no_more_is_read_than_anybody_needs(odd_provider: OddProvider) -> None:
    odd_provider.replies["/jwks"] = lambda to: to.say(200, "{}" + " " * 300_000)
    assert "got more than 256000 bytes" in refused(odd_provider, OpenIdFault.BAD_ANSWER)


def drip(to: Handler, enough: threading.Event) -> None:
    """An answer that never ends, a byte at a time."""
    to.send_response(200)
    to.end_headers()
    with suppress(OSError):
        while not enough.wait(0.02):
            to.wfile.write(b" ")
            to.wfile.flush()


def silence(to: Handler, enough: threading.Event) -> None:
    """No answer at all."""
    enough.wait()
    with suppress(OSError):
        to.say(200, "{}")


@pytest.mark.parametrize("how", [drip, silence])
def test_nobody_waits_for_the_end_of_an_answer_that_never_ends(
    odd_provider: OddProvider, how: Callable[[Handler, threading.Event], None]
) -> None:
    enough = threading.Event()
    odd_provider.replies["/token"] = lambda to: how(to, enough)
    try:
        nothing_is_waited_for(odd_provider)
    finally:
        enough.set()


def nothing_is_waited_for(odd_provider: OddProvider) -> None:
    with pytest.raises(OpenIdError, match=r"no_answer: .*/token: not done in 1.2 s"):
        vouched(odd_provider, FetchLimits(each_s=1.0, total_s=1.2))


def test_a_provider_that_is_not_there_is_told_without_the_query_of_its_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(
            OpenIdError, match=rf"no_answer: http://127\.0\.0\.1:{port}/a: ConnectionRefusedError"
        ) as no:
            ask(f"http://127.0.0.1:{port}/a?secret=1", FetchLimits())
    assert "secret" not in str(no.value)


def test_a_host_that_cannot_be_a_name_does_not_answer() -> None:
    with pytest.raises(OpenIdError, match=r"no_answer: https://a\.\.b/"):
        ask("https://a..b/", FetchLimits())


def test_a_certificate_that_nobody_vouches_for_is_refused(odd_provider: OddProvider) -> None:
    with pytest.raises(OpenIdError, match=r"no_answer: .*SSL"):
        ask(odd_provider.issuer.replace("http://", "https://"), FetchLimits())


def test_what_is_published_is_fetched_by_one_and_waited_for_by_the_others() -> None:
    asked: list[int] = []

    def load() -> int:
        time.sleep(0.1)
        asked.append(1)
        return len(asked)

    kept = MetadataCache(load, clock)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1] * 8


def test_what_is_published_is_fetched_again_after_an_hour_and_a_fault_is_remembered_for_a_moment() -> None:
    at = [datetime(2026, 3, 2, tzinfo=UTC)]
    answers: list[int | OpenIdError] = [1, OpenIdError(OpenIdFault.NO_ANSWER, "down"), 2]

    def load() -> int:
        found = answers.pop(0)
        if isinstance(found, OpenIdError):
            raise found
        return found

    kept = MetadataCache(load, lambda: at[0])
    assert (kept.get(), kept.newer()) == (1, 1)
    at[0] += timedelta(hours=1)
    for _ in range(3):
        with pytest.raises(OpenIdError, match="no_answer: down"):
            kept.get()
    at[0] += timedelta(seconds=10)
    assert kept.get() == 2
