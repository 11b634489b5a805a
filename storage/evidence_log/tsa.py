"""The time stamping authority (RFC 3161) behind an address, of which nothing is believed before it is checked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from storage.evidence_log.der import stamp_words
from storage.evidence_log.errors import LogInputError, StampError
from storage.evidence_log.stamp import MOST_BYTES

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_PIECE_BYTES = 1 << 14
_REMEDY = "ask again later, or name another with --tsa"


@dataclass(frozen=True, slots=True)
class HttpTimeStamper:
    """Asks over HTTP, for so long and for so many bytes at most; redirections are not followed."""

    address: str
    roots: tuple[Certificate, ...] = ()
    limit_s: float = 15
    timer: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
            raise LogInputError(
                f"--tsa: got {self.address[:80]!r}, expected an http or https address without a password in it"
            )

    def stamp(self, message: bytes) -> bytes:
        """See ``TimeStamper``."""
        request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
        response = self._asked(request.as_bytes())
        self._refuse_lies(response, request, message)
        return response

    def _asked(self, query: bytes) -> bytes:
        request = Request(self.address, query, {"Content-Type": _QUERY, "Accept": _REPLY}, method="POST")  # noqa: S310 - http or https, looked at above
        until = self.timer() + self.limit_s
        try:
            with _opener().open(request, timeout=self.limit_s) as answer:
                kind = answer.headers.get_content_type()
                if kind != _REPLY:
                    raise self._fault(f"an answer of type {kind}", f"{_REPLY}: this is no time stamping authority")
                return self._read(answer.read1, until)
        except HTTPError as error:
            with error:
                raise self._fault(f"HTTP {error.code} {error.reason}", "a time stamp") from error
        except TimeoutError as error:
            raise self._late() from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise self._late() from error
            raise self._fault(f"no answer ({reason})", "a time stamp") from error

    def _read(self, read: Callable[[int], bytes], until: float) -> bytes:
        data = b""
        while piece := read(_PIECE_BYTES):
            data += piece
            if len(data) > MOST_BYTES:
                raise self._fault(f"more than {MOST_BYTES:,} bytes", "a time stamp of a few thousand")
            if self.timer() > until:
                raise self._late()
        return data

    def _refuse_lies(self, response: bytes, request: TimeStampRequest, message: bytes) -> None:
        try:
            words = stamp_words(response)
        except (ValueError, IndexError) as error:
            raise self._fault(f"no time stamp ({error})", "an answer by RFC 3161") from error
        if words.imprint != request.message_imprint.message.hex():
            raise self._fault("the stamp of something else", "a stamp of what was sent")
        if words.nonce != request.nonce:
            raise self._fault("an answer to another question (its nonce differs)", "a fresh one")
        if self.roots and (fault := trust_fault(response, message, self.roots)):
            raise self._fault(f"a stamp that the trusted root does not vouch for ({fault})", "one that it does")

    def _late(self) -> StampError:
        return self._fault(f"nothing whole within {self.limit_s:g} s", "a time stamp")

    def _fault(self, got: str, expected: str) -> StampError:
        return StampError(f"{self.address}: got {got}, expected {expected}; {_REMEDY}")


def _opener() -> OpenerDirector:
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


def trusted_roots(path: Path) -> tuple[Certificate, ...]:
    """The certificates in a PEM file that the caller trusts."""
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise LogInputError(f"{path}: got no file ({error.strerror}), expected trusted certificates in PEM") from error
    except ValueError as error:
        raise LogInputError(f"{path}: got no certificate ({error}), expected trusted ones in PEM") from error


def trust_fault(response: bytes, message: bytes, roots: Sequence[Certificate]) -> str:
    """Why the stamp cannot be believed, or nothing: its signature leads to a root and its certificate held at its time."""
    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(decode_timestamp_response(response), message)
    except (VerificationError, ValueError) as error:
        return _plain(str(error))
    return ""


def _plain(error: str) -> str:
    """The reason in a library's words, without its stack."""
    reasons = [part.partition('"')[0] for part in error.split('data: "')[1:]] or [
        part.partition('"')[0] for part in error.split('reason: "')[1:]
    ]
    return ", ".join(reasons)[:200] or error[:200]
