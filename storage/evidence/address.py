from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.evidence.errors import StoreSetupError
from storage.evidence.local import LocalStore
from storage.evidence.port import Clock, EvidenceStore
from storage.evidence.s3_settings import SCHEMES, settings_from


def make_store(url: str, environ: Mapping[str, str], clock: Clock) -> bool:
    """Make the bucket or folder at the address ready to keep evidence; whether it was not there before."""
    if urlsplit(url).scheme in SCHEMES:
        from storage.evidence.s3 import S3Store  # noqa: PLC0415 - a local store needs no S3 client, which starts slowly

        store = S3Store(settings_from(url, environ), clock)
        made = store.create()
        store.check()
        return made
    there = Path(unquote(urlsplit(url).path)).exists()
    open_store(url, environ, clock)
    return not there


def open_store(url: str, environ: Mapping[str, str], clock: Clock) -> EvidenceStore:
    """The store at an address: a folder's path, ``file:///…``, or ``s3+https://host/bucket``, looked at before use."""
    parts = urlsplit(url)
    if parts.scheme in SCHEMES:
        from storage.evidence.s3 import S3Store  # noqa: PLC0415 - as in make_store

        store = S3Store(settings_from(url, environ), clock)
        store.check()
        return store
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        return LocalStore(Path(unquote(parts.path)), clock)
    if "://" in url or not url:
        raise StoreSetupError(
            f"{url or 'an empty address'}: got no address of a store, expected a folder, file:///FOLDER,"
            " or s3+https://HOST/BUCKET"
        )
    return LocalStore(Path(url), clock)
