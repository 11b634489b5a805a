import certifi
import urllib3
from minio import Minio

from storage.evidence.s3_settings import S3Settings

_CONNECT_S, _READ_S, _RETRIES = 10.0, 60.0, 2
_AT_ONCE = 8  # connections that are kept open for whoever asks at the same time


def s3_client(settings: S3Settings) -> Minio:
    """The client that speaks to the server: certificates are checked, and a busy server is asked again."""
    pool = urllib3.PoolManager(
        maxsize=_AT_ONCE,
        timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S),
        retries=urllib3.Retry(total=_RETRIES, backoff_factor=0.5, status_forcelist=[502, 503, 504]),
        cert_reqs="CERT_REQUIRED",
        ca_certs=settings.ca_file or certifi.where(),
    )
    return Minio(
        settings.endpoint,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        session_token=settings.session_token,
        secure=settings.secure,
        region=settings.region,
        http_client=pool,
    )
