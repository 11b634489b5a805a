import io
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from minio.commonconfig import COMPLIANCE, ENABLED, GOVERNANCE
from minio.error import S3Error
from minio.retention import Retention
from minio.versioningconfig import SUSPENDED, VersioningConfig

from facts.text import Text
from storage.evidence.port import Clock
from storage.evidence.s3 import S3Store
from storage.evidence.s3_faults import s3_faults
from storage.evidence.s3_wire import lock_date
from storage.evidence.trials import (
    ALLOWED,
    CLOCK,
    DELETE,
    DOWNGRADE,
    EXPIRE,
    HOLD,
    LOCKS,
    NEWEST,
    OVERWRITE,
    PARTS,
    SHORTEN,
    SUSPEND,
    Trial,
    Wait,
    note_trial,
    promise_trial,
)

LOCK = timedelta(seconds=20)  # the trials themselves take a second or two; the rest is waited for
MAX_SKEW_S = 5.0
_PART_BYTES = 5 << 20  # the smallest part that S3 allows


def examine_bucket(store: S3Store, clock: Clock, wait: Wait) -> Iterator[Trial]:
    """Try the server itself, through the bare client: what it refuses to us it refuses to everybody with our keys."""
    with s3_faults(store.url, "store doctor"):
        patient = _Patient(store, clock)
        try:
            yield from patient.before_the_date()
            wait(patient.until)
            yield from patient.after_the_date()
        finally:
            patient.clean()


class _Patient:
    """The throw-away object, its versions, and the bare client."""

    def __init__(self, store: S3Store, clock: Clock) -> None:
        self._client, self._bucket = store.client, store.settings.bucket
        self._clock = clock
        self._key = f"doctor/{secrets.token_hex(16)}"
        self._data = secrets.token_bytes(32)
        self.until = (clock() + LOCK).replace(microsecond=0) + timedelta(seconds=1)
        self._version, self._headers = self._put(self._key, self._data)

    def before_the_date(self) -> Iterator[Trial]:
        """Everything that must not work while the lock stands."""
        mode, until = self._lock_of(self._key, self._version)
        yield promise_trial(LOCKS, mode == COMPLIANCE and until is not None and until >= self.until, f"{mode} {until}")
        yield self._clocks()
        yield self._refused(DELETE, self._delete)
        sooner, same = self.until - LOCK / 2, self.until
        yield self._refused(SHORTEN, lambda: self._retain(COMPLIANCE, sooner))
        yield self._refused(DOWNGRADE, lambda: self._retain(GOVERNANCE, same))
        yield from self._overwritten()
        yield self._refused(SUSPEND, lambda: self._versioning(SUSPENDED), lambda: self._versioning(ENABLED))
        yield self._in_parts()
        self._client.enable_object_legal_hold(self._bucket, self._key, self._version)

    def after_the_date(self) -> Iterator[Trial]:
        """A hold outlasts the date; without one the object can go."""
        yield self._refused(HOLD, self._delete)
        self._client.disable_object_legal_hold(self._bucket, self._key, self._version)
        try:
            self._delete()
            yield promise_trial(EXPIRE, True)
        except S3Error as error:
            yield promise_trial(EXPIRE, False, f"{error.code}")

    def clean(self) -> None:
        """Remove what may be removed; what the lock still keeps expires within half a minute."""
        for item in self._client.list_objects(self._bucket, self._key, recursive=True, include_version=True):
            try:
                self._client.remove_object(self._bucket, item.object_name or "", item.version_id)
            except S3Error:
                continue

    def _put(self, key: str, data: bytes) -> tuple[str, dict[str, str]]:
        lock = Retention(COMPLIANCE, self.until)
        body = io.BytesIO(data)
        done = self._client.put_object(self._bucket, key, body, len(data), part_size=_PART_BYTES, retention=lock)
        return done.version_id or "", {name.lower(): value for name, value in done.http_headers.items()}

    def _lock_of(self, key: str, version: str) -> tuple[str, datetime | None]:
        found = self._client.stat_object(self._bucket, key, version_id=version)
        headers = {name.lower(): value for name, value in (found.metadata or {}).items()}
        mode = headers.get("x-amz-object-lock-mode", "")
        return mode, lock_date(headers.get("x-amz-object-lock-retain-until-date"))

    def _clocks(self) -> Trial:
        """Within seconds, or signatures, dates and deletions are judged by two different times."""
        said = self._headers.get("date")
        if not said:
            return note_trial(CLOCK, Text("应答不含时间", "answers carry no time"))
        skew_s = (parsedate_to_datetime(said) - self._clock()).total_seconds()
        return promise_trial(CLOCK, abs(skew_s) <= MAX_SKEW_S, f"{skew_s:+.1f} s")

    def _overwritten(self) -> Iterator[Trial]:
        newer, _ = self._put(self._key, b"overwritten")
        yield promise_trial(
            OVERWRITE, newer != self._version and self._read(self._version) == self._data, self._version
        )
        if self._read(None) != self._data:
            yield note_trial(
                NEWEST, Text("得到最新写入的，所以每次读取都带版本号", "the newest, so every read names its version")
            )

    def _in_parts(self) -> Trial:
        """Some servers drop a lock that is asked for at the start of an upload in parts; the store then asks again."""
        version, _ = self._put(f"{self._key}-parts", bytes(_PART_BYTES + 1))
        mode, _ = self._lock_of(f"{self._key}-parts", version)
        if mode == COMPLIANCE:
            return promise_trial(PARTS, True, mode)
        self._client.set_object_retention(
            self._bucket, f"{self._key}-parts", Retention(COMPLIANCE, self.until), version
        )
        mode, _ = self._lock_of(f"{self._key}-parts", version)
        return promise_trial(
            PARTS, mode == COMPLIANCE, Text("上传后须再次加锁，本程序已照做", "only when asked again, which put does")
        )

    def _read(self, version: str | None) -> bytes:
        response = self._client.get_object(self._bucket, self._key, version_id=version)
        try:
            return response.read()
        finally:
            response.close()
            response.release_conn()

    def _delete(self) -> None:
        self._client.remove_object(self._bucket, self._key, self._version)

    def _retain(self, mode: str, until: datetime) -> None:
        self._client.set_object_retention(self._bucket, self._key, Retention(mode, until), self._version)

    def _versioning(self, status: str) -> None:
        self._client.set_bucket_versioning(self._bucket, VersioningConfig(status))

    @staticmethod
    def _refused(name: Text, attempt: Callable[[], None], undo: Callable[[], None] | None = None) -> Trial:
        try:
            attempt()
        except S3Error as error:
            return promise_trial(name, True, f"{error.code} {error.response.status}")
        if undo:
            undo()
        return promise_trial(name, False, ALLOWED)
