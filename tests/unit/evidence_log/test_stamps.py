"""A time stamping authority is believed for nothing that was not checked, and its failure is said in plain words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.platform.clock import now
from storage.evidence_log.der import stamp_words
from storage.evidence_log.errors import LogInputError, StampError
from storage.evidence_log.head import TreeHead, sign_head
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.stamp import StampShelf, stamp_head, stamp_of, stamped_bytes
from storage.evidence_log.tsa import HttpTimeStamper, trust_fault, trusted_roots
from tests.fixtures.tsa import Authority, StampServer, openssl

pytestmark = pytest.mark.usefixtures("openssl_program")

LIMIT_S = 1.0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("tsa") / "own")


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> TreeHead:
    return head_at(now(), tmp_path_factory.mktemp("keys"))


def head_at(at: datetime, folder: Path) -> TreeHead:
    ring = KeyRing(folder / "keys")
    ring.init(at)
    return sign_head(ring.signer(), "log", 3, bytes(32), at)


def test_an_honest_stamp_is_checked_here_and_by_openssl(authority: Authority, head: TreeHead, tmp_path: Path) -> None:
    with StampServer(authority.answer) as server:
        stamp = stamp_head(HttpTimeStamper(server.url, trusted_roots(authority.root)), head)
    assert stamp.by == "Test TSA"
    assert abs(stamp.at - now()) < timedelta(minutes=5)
    assert trust_fault(stamp.response, stamped_bytes(head), trusted_roots(authority.root)) == ""
    (tmp_path / "stamp.tsr").write_bytes(stamp.response)
    said = openssl(
        "ts", "-verify", "-digest", stamp.head.sha256, "-in", tmp_path / "stamp.tsr", "-CAfile", authority.root
    )
    assert b"Verification: OK" in said


def test_a_stamp_is_kept_and_found_again_by_its_head(authority: Authority, head: TreeHead, tmp_path: Path) -> None:
    kept = StampShelf(tmp_path / "stamps")
    assert kept.of(head) is None
    stamp = stamp_of(authority.answer(authority.query(stamped_bytes(head))), head)
    kept.put(stamp)
    assert StampShelf(tmp_path / "stamps").all([head]) == (stamp,)


def test_a_kept_stamp_that_was_laid_under_another_head_is_refused(
    authority: Authority, head: TreeHead, tmp_path: Path
) -> None:
    other = head_at(now(), tmp_path)
    stamp = stamp_of(authority.answer(authority.query(stamped_bytes(head))), head)
    with pytest.raises(StampError, match="the stamp of something else, expected one of this head"):
        stamp_of(stamp.response, other)


def other_message(authority: Authority) -> Callable[[bytes], bytes]:
    return lambda _: authority.answer(authority.query(b"something else"))


def other_nonce(authority: Authority, head: TreeHead) -> Callable[[bytes], bytes]:
    return lambda _: authority.answer(authority.query(stamped_bytes(head)))


def test_the_stamp_of_something_else_is_refused(authority: Authority, head: TreeHead) -> None:
    with (
        StampServer(other_message(authority)) as server,
        pytest.raises(StampError, match="the stamp of something else"),
    ):
        HttpTimeStamper(server.url).stamp(stamped_bytes(head))


def test_an_old_answer_played_again_is_refused_by_its_nonce(authority: Authority, head: TreeHead) -> None:
    with StampServer(other_nonce(authority, head)) as server, pytest.raises(StampError, match="nonce differs"):
        HttpTimeStamper(server.url).stamp(stamped_bytes(head))


def test_a_certificate_that_had_expired_when_it_stamped_is_refused(head: TreeHead, tmp_path: Path) -> None:
    bad = Authority.founded(tmp_path / "bad", until="20240101000000Z")
    with StampServer(bad.answer) as server, pytest.raises(StampError, match="certificate has expired"):
        HttpTimeStamper(server.url, trusted_roots(bad.root)).stamp(stamped_bytes(head))


def test_a_stamp_of_an_authority_that_nobody_trusts_is_refused(
    authority: Authority, head: TreeHead, tmp_path: Path
) -> None:
    stranger = Authority.founded(tmp_path / "stranger")
    with StampServer(stranger.answer) as server, pytest.raises(StampError, match="root does not vouch"):
        HttpTimeStamper(server.url, trusted_roots(authority.root)).stamp(stamped_bytes(head))


@pytest.mark.parametrize(
    ("body", "kind", "code", "says"),
    [
        (b"<html>please log in</html>", "text/html", 200, "an answer of type text/html"),
        (b"\x8f\x13random" * 40, "application/timestamp-reply", 200, "no time stamp"),
        (b"", "application/timestamp-reply", 200, "no time stamp"),
        (bytes(10 << 20), "application/timestamp-reply", 200, "more than 262,144 bytes"),
        (b"no", "text/plain", 503, "HTTP 503"),
        (b"", "text/plain", 302, "HTTP 302"),
        (bytes.fromhex("3005300302010 2".replace(" ", "")), "application/timestamp-reply", 200, "refused"),
    ],
    ids=["html", "random bytes", "empty", "10 MB", "unavailable", "redirected", "rejected"],
)
def test_what_is_no_stamp_is_named(body: bytes, kind: str, code: int, says: str, head: TreeHead) -> None:
    with StampServer(lambda _: body, kind=kind, code=code) as server, pytest.raises(StampError, match=says):
        HttpTimeStamper(server.url).stamp(stamped_bytes(head))


def test_an_authority_that_hangs_is_left(head: TreeHead) -> None:
    def hang(_: bytes) -> bytes:
        server.gate.wait(30)
        return b""

    server = StampServer(hang)
    with server, pytest.raises(StampError, match="nothing whole within 1 s"):
        HttpTimeStamper(server.url, limit_s=LIMIT_S).stamp(stamped_bytes(head))


def test_an_authority_that_is_not_there_is_named(head: TreeHead) -> None:
    with StampServer(lambda _: b"") as server:
        url = server.url
    with pytest.raises(StampError, match="no answer"):
        HttpTimeStamper(url).stamp(stamped_bytes(head))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://tsa/x", "tsa.example.org", "http://u:secret@tsa/x"])
def test_an_address_that_is_no_authoritys_is_refused(url: str) -> None:
    with pytest.raises(LogInputError, match="expected an http or https address"):
        HttpTimeStamper(url)


@pytest.mark.parametrize("years", [-3, 3])
def test_a_clock_that_is_years_off_the_authoritys_is_noticed(years: int, authority: Authority, tmp_path: Path) -> None:
    wrong = head_at(datetime(now().year + years, 1, 1, tzinfo=UTC), tmp_path)
    with StampServer(authority.answer) as server, pytest.raises(StampError, match="one of the clocks is wrong"):
        stamp_head(HttpTimeStamper(server.url), wrong)


@pytest.fixture(scope="module")
def response(authority: Authority) -> bytes:
    return authority.answer(authority.query(b"hello"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=st.integers(0, 10_000), value=st.integers(0, 255), end=st.integers(0, 10_000))
def test_a_damaged_stamp_is_refused_or_read_and_never_breaks_the_reader(
    at: int, value: int, end: int, response: bytes
) -> None:
    bent = bytearray(response)
    bent[at % len(bent)] = value
    for data in (bytes(bent), response[: end % len(response)], response + b"\0"):
        try:
            stamp_words(data)
        except (ValueError, IndexError):
            continue
        assert len(data) == len(response)


def test_a_stamp_whose_signature_was_bent_is_told_against_the_root(authority: Authority, response: bytes) -> None:
    bent = bytearray(response)
    bent[-5] ^= 1
    assert trust_fault(bytes(bent), b"hello", trusted_roots(authority.root))
    assert trust_fault(response, b"hello", trusted_roots(authority.root)) == ""
