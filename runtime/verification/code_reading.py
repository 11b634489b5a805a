"""Time codes seen in recordings get their meaning: whose signature they bear, and which class hour of the class they name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from facts.course import ClassHour, TrainingClass
from facts.errors import InputError
from facts.sighting import CodeReading, View
from facts.time_code import CodeHour, TimeCode, payload_of, read_payload
from pipeline.verification.ports import Looker, LookJob, LookResult
from storage.evidence_log.signature import ED25519, PublicKey

KEYS_FILE = "timecode.pem"
_MOST_KEYS_BYTES, _MOST_KEYS = 1 << 16, 64
_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----")


@dataclass(frozen=True, slots=True)
class CodeBook:
    """What codes are held against: the keys in hexadecimal digits, and the class with its hours."""

    keys: tuple[str, ...]
    training_class: TrainingClass
    hours: tuple[ClassHour, ...]

    def read(self, reading: CodeReading) -> CodeReading:
        """The reading with whose and which hour's it is."""
        parsed = read_payload(payload_of(reading.payload))
        if parsed is None:
            return replace(reading, key="", hour_id="", other_room=False)
        code, signature = parsed
        public = next((one for one in self._public if one.accepts(code.signed_bytes, signature)), None)
        hour = self._hour(code) if public else None
        other_room = hour is not None and self._named(hour).room_tag != code.room_tag
        return replace(
            reading, key=public.key_id if public else "", hour_id=hour.id if hour else "", other_room=other_room
        )

    def view(self, view: View) -> View:
        """The view with every code read."""
        return replace(view, codes=tuple(self.read(one) for one in view.codes)) if view.codes else view

    @property
    def _public(self) -> Iterator[PublicKey]:
        return (PublicKey(ED25519, payload_of(key)) for key in self.keys)

    def _hour(self, code: TimeCode) -> ClassHour | None:
        return next((hour for hour in self.hours if self._named(hour).hour_tag == code.hour_tag), None)

    def _named(self, hour: ClassHour) -> CodeHour:
        own = self.training_class
        return CodeHour(own.institution.name, own.id, hour.id, hour.room)


@dataclass(frozen=True, slots=True)
class CodeLooker:
    """A looker whose time codes are read by the book; what a cache remembers knows no key."""

    looker: Looker
    book: CodeBook

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        """See ``pipeline.verification.ports.Looker``."""
        for job, looked in self.looker.look(jobs):
            yield job, replace(looked, view=self.book.view(looked.view))


def folder_keys(folder: Path) -> tuple[str, ...]:
    """The public keys that a folder carries in ``timecode.pem``; none where it has no such file."""
    path = folder / KEYS_FILE
    if not path.is_file():
        return ()
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_KEYS_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{KEYS_FILE}: got a file that cannot be read ({error.strerror}); check its permissions"
        ) from error
    blocks = _BLOCK.findall(text)
    if not 0 < len(blocks) <= _MOST_KEYS or len(text) > _MOST_KEYS_BYTES:
        raise InputError(
            f"{KEYS_FILE}: got {len(blocks)} public keys in {len(text)} bytes, expected 1 to {_MOST_KEYS} in PEM; take the file"
            " from the service's page 亮码"
        )
    return tuple(_raw(block).hex() for block in blocks)


def _raw(block: bytes) -> bytes:
    try:
        key = load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"{KEYS_FILE}: got a key that cannot be read ({error}), expected Ed25519 in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{KEYS_FILE}: got a key of another algorithm, expected Ed25519 in PEM")
    return key.public_bytes_raw()
