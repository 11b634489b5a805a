from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.blobs.folder import FolderBlobs
from storage.blobs.port import BlobStore
from storage.evidence.errors import StoreSetupError
from storage.evidence.s3_settings import SCHEMES, settings_from


def open_blobs(url: str, environ: Mapping[str, str]) -> BlobStore:
    """The blobs at an address: a folder's path, ``file:///…``, or ``s3+https://host/bucket``, looked at before use."""
    parts = urlsplit(url)
    if parts.scheme in SCHEMES:
        from storage.blobs.bucket import BucketBlobs  # noqa: PLC0415 - a folder needs no S3 client, which starts slowly

        blobs = BucketBlobs(settings_from(url, environ))
        blobs.check()
        return blobs
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        return FolderBlobs(Path(unquote(parts.path)))
    if "://" in url or not url:
        raise StoreSetupError(
            f"{url or 'an empty address'}: got no address of blobs, expected a folder, file:///FOLDER,"
            " or s3+https://HOST/BUCKET"
        )
    return FolderBlobs(Path(url))


def make_blobs(url: str, environ: Mapping[str, str]) -> bool:
    """Make the bucket or folder at the address; whether it was not there before."""
    parts = urlsplit(url)
    if parts.scheme in SCHEMES:
        from storage.blobs.bucket import BucketBlobs  # noqa: PLC0415 - as in open_blobs

        return BucketBlobs(settings_from(url, environ)).create()
    opened = open_blobs(url, environ)
    folder = Path(unquote(urlsplit(opened.url).path))
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made
