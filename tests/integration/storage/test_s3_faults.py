"""What goes wrong between us and an S3 server: each fault has one clear message, and nothing is half-stored."""

import io
import random

import pytest

from storage.evidence.address import open_store
from storage.evidence.errors import StoreError, StoreLostError, StoreSetupError
from storage.evidence.s3 import S3Store
from storage.evidence.s3_settings import settings_from
from tests.fixtures.cut_connection import CutConnection
from tests.fixtures.evidence_stores import LONG, RealClock, new_bucket, s3, s3_store
from tests.fixtures.radosgw import Radosgw

pytestmark = pytest.mark.s3
FILM = random.Random(11).randbytes(40 << 20)


def over(cable: CutConnection, server: Radosgw, bucket: str) -> S3Store:
    return S3Store(settings_from(f"s3+http://{cable.endpoint}/{bucket}", server.environ), RealClock())


def test_a_bucket_without_lock_is_refused_before_anything_is_sent(s3_server: Radosgw) -> None:
    bucket = new_bucket(s3_server, object_lock=False)
    with pytest.raises(StoreSetupError, match="without Object Lock"):
        open_store(s3_server.url(bucket), s3_server.environ, RealClock())
    store = s3_store(s3_server, bucket)
    with pytest.raises(StoreError):
        store.put(io.BytesIO(b"x"), retain_until=RealClock()() + LONG)
    assert list(store.list()) == []


def test_a_bucket_that_does_not_exist_is_named(s3_server: Radosgw) -> None:
    with pytest.raises(StoreSetupError, match="does not exist"):
        open_store(s3_server.url("nobody-made-this"), s3_server.environ, RealClock())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"XUESHI_S3_SECRET_KEY": "wrong"}, "secret key is wrong; check XUESHI_S3_SECRET_KEY"),
        ({"XUESHI_S3_ACCESS_KEY": "NOBODY"}, "does not know this access key; check XUESHI_S3_ACCESS_KEY"),
    ],
)
def test_wrong_credentials_say_which_one(s3_server: Radosgw, changes: dict[str, str], message: str) -> None:
    bucket = new_bucket(s3_server, object_lock=True)
    with pytest.raises(StoreSetupError, match=message) as caught:
        open_store(s3_server.url(bucket), {**s3_server.environ, **changes}, RealClock())
    assert s3_server.secret_key not in str(caught.value)


def test_a_server_that_is_not_there_is_told_from_a_wrong_setting(s3_server: Radosgw) -> None:
    with CutConnection(s3_server.host, s3_server.port) as cable:
        store = over(cable, s3_server, "any-bucket")
        cable.cut()
        with pytest.raises(StoreLostError, match="could not be reached"):
            store.check()


def test_tls_spoken_to_a_server_without_it_is_explained(s3_server: Radosgw) -> None:
    url = s3_server.url("any-bucket").replace("s3+http:", "s3+https:")
    with pytest.raises(StoreSetupError, match="no trusted TLS connection"):
        open_store(url, s3_server.environ, RealClock())


@pytest.mark.parametrize("up_bytes", [3_000, 10 << 20, 33 << 20])
def test_a_line_cut_in_the_middle_of_a_part_leaves_nothing_and_the_put_can_be_repeated(
    s3_server: Radosgw, up_bytes: int
) -> None:
    bucket = new_bucket(s3_server, object_lock=True)
    until = RealClock()() + LONG
    with CutConnection(s3_server.host, s3_server.port, up_bytes=up_bytes) as cable:
        store = over(cable, s3_server, bucket)
        with pytest.raises(StoreLostError, match="check the network and repeat"):
            store.put(io.BytesIO(FILM), retain_until=until)
        assert cable.is_cut
    direct = s3_store(s3_server, bucket)
    assert list(direct.list()) == []
    stored = direct.put(io.BytesIO(FILM), retain_until=until)
    assert b"".join(direct.get(stored.ref)) == FILM


def test_a_line_cut_in_the_middle_of_a_read_never_looks_like_the_end_of_the_file(s3_server: Radosgw) -> None:
    kept = s3(s3_server)
    stored = kept.put(FILM)
    with CutConnection(s3_server.host, s3_server.port, down_bytes=12 << 20) as cable:
        bucket = kept.store.url.rpartition("/")[2]
        far = over(cable, s3_server, bucket)
        with pytest.raises(StoreLostError):
            for _ in far.get(stored.ref):
                pass
