from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from storage.evidence.errors import StoreSetupError
from storage.evidence.upload_rate import rate_from

SCHEMES = {"s3+https": True, "s3+http": False}
_KEYS = (("XUESHI_S3_ACCESS_KEY", "AWS_ACCESS_KEY_ID"), ("XUESHI_S3_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"))
_TOKEN = ("XUESHI_S3_SESSION_TOKEN", "AWS_SESSION_TOKEN")
_OPTIONS = {"region", "ca"}


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where the bucket is and who speaks to it; the secret never shows in a message or a log."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    region: str | None = None
    secure: bool = True
    ca_file: str | None = None
    bits_per_s: float | None = None  # how fast evidence may go there

    @property
    def url(self) -> str:
        """The address without credentials."""
        return f"s3+{'https' if self.secure else 'http'}://{self.endpoint}/{self.bucket}"


def settings_from(url: str, environ: Mapping[str, str]) -> S3Settings:
    """The settings that an address like ``s3+https://host:port/bucket?region=…&ca=…`` and the environment spell."""
    parts = urlsplit(url)
    bucket, options = parts.path.strip("/"), parse_qs(parts.query, keep_blank_values=True)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if "@" in parts.netloc:
        raise StoreSetupError(
            f"{shown}: got credentials in the address, where logs and histories keep them; put them into"
            f" {_KEYS[0][0]} and {_KEYS[1][0]}"
        )
    strange = sorted(set(options) - _OPTIONS)
    if parts.scheme not in SCHEMES or not parts.netloc or not bucket or "/" in bucket or strange:
        raise StoreSetupError(
            f"{shown}: got no address of a bucket{f' (unknown option {strange[0]})' if strange else ''}, expected"
            " s3+https://HOST[:PORT]/BUCKET[?region=…&ca=FILE] (s3+http for a server without TLS)"
        )
    access_key, secret_key = (_first(environ, names) for names in _KEYS)
    if not access_key or not secret_key:
        lacking = _KEYS[0][0] if not access_key else _KEYS[1][0]
        raise StoreSetupError(f"{shown}: got no credentials, expected them in the environment; set {lacking}")
    return S3Settings(
        endpoint=parts.netloc,
        bucket=bucket,
        access_key=access_key,
        secret_key=secret_key,
        session_token=_first(environ, _TOKEN) or None,
        region=options.get("region", [None])[0] or environ.get("XUESHI_S3_REGION") or None,
        secure=SCHEMES[parts.scheme],
        ca_file=options.get("ca", [None])[0],
        bits_per_s=rate_from(environ),
    )


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    if file := environ.get(f"{names[0]}_FILE"):
        return _from_file(names[0], file)
    return next((environ[name] for name in names if environ.get(name)), "")


def _from_file(name: str, file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreSetupError(
            f"{name}_FILE: got {file}, which cannot be read ({error}), expected a file with the value"
        ) from error
