"""Evidence goes to a real server no faster than it may, whole and under lock."""

import io
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.evidence.s3 import S3Store
from tests.fixtures.evidence_stores import RealClock, s3
from tests.fixtures.radosgw import Radosgw

pytestmark = pytest.mark.s3
SIZE = 11 << 20  # three parts
RATE = 40_000_000.0


def test_parts_go_out_no_faster_than_the_rate(s3_server: Radosgw) -> None:
    kept = s3(s3_server)
    assert isinstance(kept.store, S3Store)
    store = S3Store(replace(kept.store.settings, bits_per_s=RATE), RealClock())
    body = bytes(range(256)) * (SIZE // 256)
    begun = time.monotonic()
    stored = store.put(io.BytesIO(body), retain_until=RealClock()() + timedelta(hours=1))
    took_s = time.monotonic() - begun
    assert took_s >= (10 << 20) * 8 / RATE, "the last part waits until the first two have had their time"
    assert b"".join(store.get(stored.ref)) == body
