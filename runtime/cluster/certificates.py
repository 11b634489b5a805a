"""A cluster's own small authority: one certificate for each kind of member, believed by all that hold the authority's."""

import os
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from facts.errors import SetupError

AUTHORITY, OWN, KEY = "authority.pem", "own.pem", "own.key"
_AUTHORITY_FOLDER = "authority"
_AUTHORITY_KEY = "authority.key"
_AUTHORITY_DAYS = 3650
_SLACK = timedelta(minutes=10)  # clocks of the members may differ a little


class Member(StrEnum):
    """The kinds of members; each machine gets the folder of its kind and no other."""

    SCHEDULER = "scheduler"
    WORKER = "worker"
    SERVICE = "service"


def issue(folder: Path, at: datetime, days: int) -> tuple[Path, ...]:
    """A folder for each member with a new certificate; the authority is made the first time and used again later."""
    try:
        authority, key = _authority(folder / _AUTHORITY_FOLDER, at)
        return tuple(_member(folder / one.value, one, authority, key, (at, days)) for one in Member)
    except OSError as error:
        raise SetupError(f"{folder}: cannot be written or read ({error.strerror}); choose another folder") from error
    except ValueError as error:
        raise SetupError(
            f"{folder / _AUTHORITY_FOLDER}: got no authority that can be read, expected {AUTHORITY} and {_AUTHORITY_KEY}"
            f" as this command made them; choose an empty folder ({error})"
        ) from error


def _authority(folder: Path, at: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if (folder / AUTHORITY).exists():
        known = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        key = serialization.load_pem_private_key((folder / _AUTHORITY_KEY).read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("a key of another kind")
        return known, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Xueshi cluster authority")])
    made = (
        _builder(name, name, key.public_key(), at, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / _AUTHORITY_KEY, _pem(key))
    _write(folder / AUTHORITY, made.public_bytes(serialization.Encoding.PEM))
    return made, key


def _member(
    folder: Path,
    member: Member,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    term: tuple[datetime, int],
) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Xueshi {member.value}")])
    both = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]  # members of a cluster call each other
    made = (
        _builder(name, authority.subject, key.public_key(), *term)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(member.value)]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(folder / KEY, _pem(key))
    _write(folder / OWN, made.public_bytes(serialization.Encoding.PEM))
    _write(folder / AUTHORITY, authority.public_bytes(serialization.Encoding.PEM))
    return folder


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _SLACK)
        .not_valid_after(at + timedelta(days=days))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = path.with_name(f"{path.name}.new")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
    staged.replace(path)
