"""What goes over the wire: dates of all servers, holds in tags, names in metadata, addresses and credentials."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minio.datatypes import Object

from facts.digest import Digest
from storage.evidence.errors import SourceError, StoreSetupError
from storage.evidence.port import Enforcement, Ref
from storage.evidence.s3_settings import settings_from
from storage.evidence.s3_wire import HashingReader, holds_in, lock_date, stored_from, tags_with, user_metadata

KEYS = {"XUESHI_S3_ACCESS_KEY": "who", "XUESHI_S3_SECRET_KEY": "hush-hush"}
NOON = datetime(2028, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2028-02-29T12:00:00Z", NOON),
        ("2028-02-29T12:00:00.000Z", NOON),
        ("2028-02-29T12:00:00.000000000Z", NOON),  # Ceph
        ("2028-02-29T12:00:00.999999999Z", NOON),  # never later than the server said
        ("2028-02-29T12:00:00+00:00", NOON),
        ("", None),
        (None, None),
        ("tomorrow", None),
        ("2028-02-29T12:00:00", None),  # whose noon?
    ],
)
def test_retention_dates_of_every_server_are_read_and_nothing_else(text: str | None, expected: datetime | None) -> None:
    assert lock_date(text) == expected


@given(st.lists(st.text(min_size=1, max_size=60), max_size=9, unique=True))
def test_holds_come_back_from_their_tags(holds: list[str]) -> None:
    tags = tags_with({"owner": "other program", "hold-0": "b2xk"}, tuple(holds))
    assert holds_in(tags) == tuple(sorted(holds))
    assert tags["owner"] == "other program"


def test_a_tag_that_somebody_else_wrote_is_still_a_hold() -> None:
    assert holds_in({"hold-0": "not base64!"}) == ("(hold without a recorded reason)",)


@pytest.mark.parametrize(
    ("mode", "level"),
    [
        ("COMPLIANCE", Enforcement.S3_COMPLIANCE),
        ("GOVERNANCE", Enforcement.APPLICATION),
        ("", Enforcement.APPLICATION),
    ],
)
def test_only_compliance_counts_as_a_lock(mode: str, level: Enforcement) -> None:
    headers = {
        "X-Amz-Object-Lock-Mode": mode,
        **{key: str(value) for key, value in user_metadata("录像 1.mp4", NOON).items()},
    }
    found = Object("bucket", "key", size=3, metadata=headers)
    stored = stored_from(found, Ref(Digest.of(b"x"), "v"), {})
    assert (stored.enforcement, stored.name, stored.stored_at) == (level, "录像 1.mp4", NOON)


def test_names_travel_in_ascii() -> None:
    assert all(str(value).isascii() for value in user_metadata("阳泉 第一期（上午）.mp4", NOON).values())


def test_a_source_that_ends_early_or_is_another_never_reaches_its_last_piece() -> None:
    short = HashingReader(io.BytesIO(b"12345"), Digest.of(b"12345678"), 8)
    assert short.read(5) == b"12345"
    with pytest.raises(SourceError, match="ended 3 bytes early"):
        short.read(3)
    with pytest.raises(SourceError, match="expected"):
        HashingReader(io.BytesIO(b"12345"), Digest.of(b"54321"), 5).read(5)


def test_an_address_spells_its_settings_and_hides_the_secret() -> None:
    settings = settings_from("s3+https://cos.example:9000/evidence?region=cn-north&ca=/etc/ca.pem", KEYS)
    assert (settings.endpoint, settings.bucket, settings.region) == ("cos.example:9000", "evidence", "cn-north")
    assert (settings.secure, settings.ca_file) == (True, "/etc/ca.pem")
    assert "hush-hush" not in repr(settings) + settings.url


def test_the_usual_names_of_credentials_serve_too() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "aws", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    settings = settings_from("s3+http://localhost/evidence", environ)
    assert (settings.access_key, settings.session_token, settings.secure) == ("aws", "token", False)


@pytest.mark.parametrize(
    ("url", "environ", "message"),
    [
        ("s3+https://who:hush-hush@host/bucket", KEYS, "credentials in the address"),
        ("s3+https://host/", KEYS, "no address of a bucket"),
        ("s3+https:///bucket", KEYS, "no address of a bucket"),
        ("s3+https://host/bucket/folder", KEYS, "no address of a bucket"),
        ("s3+https://host/bucket?zone=1", KEYS, "unknown option zone"),
        ("s3+https://host/bucket", {}, "set XUESHI_S3_ACCESS_KEY"),
        ("s3+https://host/bucket", {"XUESHI_S3_ACCESS_KEY": "who"}, "set XUESHI_S3_SECRET_KEY"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_and_no_secret(url: str, environ: dict[str, str], message: str) -> None:
    with pytest.raises(StoreSetupError, match=message) as caught:
        settings_from(url, environ)
    assert "hush-hush" not in str(caught.value)
