from collections.abc import Iterator
from contextlib import contextmanager

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, SSLError

from storage.evidence.errors import RefusedError, StoreError, StoreLostError, StoreSetupError

LOST = (HTTPError, InvalidResponseError, ServerError)
GONE_CODES = {"NoSuchKey", "NoSuchVersion", "MethodNotAllowed"}
NO_LOCK_CODES = {"ObjectLockConfigurationNotFoundError", "ObjectLockConfigurationNotFound", "InvalidBucketState"}
_BUSY_CODES = {"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Busy"}
_SETUP = {
    "InvalidAccessKeyId": "the server does not know this access key; check XUESHI_S3_ACCESS_KEY",
    "SignatureDoesNotMatch": "the secret key is wrong; check XUESHI_S3_SECRET_KEY",
    "AccessDenied": "the account lacks a right; it needs to read, write, and set retention, holds and tags there",
    "NoSuchBucket": "the bucket does not exist; have it created with Object Lock enabled",
    "RequestTimeTooSkewed": "this machine's clock differs from the server's; set the clock right",
    "AuthorizationHeaderMalformed": "the region is wrong; name it with ?region=… in the address",
    "InvalidRegion": "the region is wrong; name it with ?region=… in the address",
    "QuotaExceeded": "the quota of the account or bucket is used up; raise it",
    "EntityTooLarge": "the object is larger than the server takes; ask its operator",
    "NotImplemented": "the server does not implement this; it cannot keep evidence under lock",
}


@contextmanager
def s3_faults(url: str, doing: str) -> Iterator[None]:
    """What the server or the way to it refuses, as one fault that says what to do."""
    try:
        yield
    except StoreError:
        raise
    except S3Error as error:
        raise _said(url, doing, error) from error
    except SSLError as error:
        raise _tls(url, doing, error) from error
    except MaxRetryError as error:
        fault = _tls if isinstance(error.reason, SSLError) else _lost
        raise fault(url, doing, error.reason or error) from error
    except LocationParseError as error:
        raise StoreSetupError(f"{url}: got no usable host ({error}); check the address") from error
    except LOST as error:
        raise _lost(url, doing, error) from error
    except (MinioException, ValueError) as error:
        raise StoreSetupError(f"{url}: {doing} failed ({error}); check the address and the bucket's name") from error


def no_lock(url: str, got: str) -> StoreSetupError:
    """The bucket would keep evidence without a lock."""
    return StoreSetupError(
        f"{url}: got a bucket {got}, expected one with Object Lock and versioning enabled; lock is given to a bucket"
        " when it is created: have a new one made"
    )


def server_refused(doing: str, error: S3Error) -> RefusedError:
    """The server refuses what this program would have allowed."""
    return RefusedError(f"{doing}: the server refuses ({error.code}: {error.message}); its lock still stands")


def _said(url: str, doing: str, error: S3Error) -> StoreError:
    code = error.code or ""
    if code in NO_LOCK_CODES:
        return no_lock(url, f"without Object Lock ({code})")
    if code in _BUSY_CODES or error.response.status >= 500:  # noqa: PLR2004 - HTTP's server errors
        return StoreLostError(f"{url}: {doing} failed, the server reports {code}; try again later")
    remedy = _SETUP.get(code, "see the server's message")
    return StoreSetupError(f"{url}: {doing} failed ({code}: {error.message or 'no message'}): {remedy}")


def _lost(url: str, doing: str, error: Exception) -> StoreLostError:
    return StoreLostError(
        f"{url}: {doing} broke off, the server could not be reached ({_brief(error)}); what was not acknowledged was"
        " not stored; check the network and repeat"
    )


def _tls(url: str, doing: str, error: Exception) -> StoreSetupError:
    return StoreSetupError(
        f"{url}: {doing} failed, no trusted TLS connection ({_brief(error)}); name the certificate authority with"
        " ?ca=FILE, or s3+http for a server without TLS"
    )


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:160]}"
