"""Evidence goes out no faster than the line is to bear, and a setting that is no rate is refused in one line."""

import io
from dataclasses import dataclass, field

import pytest

from storage.evidence.errors import StoreSetupError
from storage.evidence.s3_settings import settings_from
from storage.evidence.upload_rate import RatedReader, rate_from

KEYS = {"XUESHI_S3_ACCESS_KEY": "a", "XUESHI_S3_SECRET_KEY": "s"}


@dataclass
class OwnClock:
    """Time that passes only while somebody waits, or when the test says so."""

    now_s: float = 100.0
    waits: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds


def test_bytes_come_no_faster_than_the_rate_and_all_of_them_come() -> None:
    clock, body = OwnClock(), bytes(range(250)) * 40
    reader = RatedReader(io.BytesIO(body), 8_000, clock.read, clock.wait)
    pieces = []
    while piece := reader.read(2_500):
        pieces.append(piece)
    assert b"".join(pieces) == body
    assert clock.now_s - 100.0 == pytest.approx(10.0), "ten thousand bytes at a thousand a second"


def test_a_line_that_is_slower_by_itself_is_not_slowed_further() -> None:
    clock = OwnClock()
    reader = RatedReader(io.BytesIO(bytes(3_000)), 8_000, clock.read, clock.wait)
    for _ in range(3):
        reader.read(1_000)
        clock.now_s += 2.0
    assert clock.waits == []


@pytest.mark.parametrize("text", ["fast", "0", "-3", "nan", "1e9", "8M"])
def test_what_is_no_rate_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(
        StoreSetupError, match=r"XUESHI_STORE_RATE: got .*expected megabits a second.*such as 8"
    ) as told:
        rate_from({"XUESHI_STORE_RATE": text})
    assert "\n" not in str(told.value)


def test_the_store_of_a_bucket_knows_its_rate() -> None:
    address = "s3+https://store.example/evidence"
    assert settings_from(address, KEYS).bits_per_s is None
    assert settings_from(address, {**KEYS, "XUESHI_STORE_RATE": "2.5"}).bits_per_s == 2_500_000
