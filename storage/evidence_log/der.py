"""Reads from an RFC 3161 time stamp what it says, with the standard library alone; whether it is true is not asked here.

A copy of this file travels in every package, inside its ``verify.py``; it imports nothing else of this program. DER is
read strictly: definite lengths in their shortest form, nothing left over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

SHA256_OID = bytes.fromhex("608648016503040201")
_SIGNED_DATA, _TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
_COMMON_NAME = bytes.fromhex("550403")
_INTEGER, _OCTETS, _OID, _UTC_TIME, _SEQUENCE, _SET = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31
_CONTEXT_0 = 0xA0
_GRANTED = (0, 1)  # granted, granted with modifications
_SHORT_FORM, _MOST_LENGTH_BYTES, _MANY_TAGS = 0x80, 4, 0x1F


@dataclass(frozen=True)
class StampWords:
    """What a time stamp says: that these bytes were there at that moment, by the word of this authority."""

    imprint: str
    algorithm: bytes
    at: datetime
    nonce: int | None
    by: str


def stamp_words(response: bytes) -> StampWords:
    """What the answer of a time stamping authority says; ``ValueError`` where it is none or was not granted."""
    whole = _inside(_only(_parts(response), _SEQUENCE))
    status = _number(_first(_inside(whole[0]), _INTEGER))
    if status not in _GRANTED or len(whole) != 2:  # noqa: PLR2004 - status and token
        raise ValueError(f"the authority refused (status {status})")
    kind, wrapped = _inside((whole[1][0], whole[1][1]))[:2]
    if kind != (_OID, _SIGNED_DATA):
        raise ValueError("no signed data")
    signed = _inside(_only(_inside(wrapped), _SEQUENCE))
    content = _inside(signed[2])
    if content[0] != (_OID, _TST_INFO):
        raise ValueError("no time stamp")
    info = _inside(_only(_parts(_only(_inside(content[1]), _OCTETS)[1]), _SEQUENCE))
    imprint = _inside(info[2])
    nonces = [part for part in info[5:] if part[0] == _INTEGER]
    return StampWords(
        _first(imprint[1:], _OCTETS)[1].hex(),
        _first(_inside(imprint[0]), _OID)[1],
        _moment(_first(info[4:], _UTC_TIME)[1]),
        _number(nonces[0]) if nonces else None,
        _signer(signed),
    )


_Part = tuple[int, bytes]


def _parts(data: bytes) -> list[_Part]:
    """The values that stand one after another, all of them."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if tag & _MANY_TAGS == _MANY_TAGS:
            raise ValueError("a tag of many bytes")
        if length >= _SHORT_FORM:
            count = length - _SHORT_FORM
            spelled = data[at : at + count]
            length, at = int.from_bytes(spelled, "big"), at + count
            if not 0 < count <= _MOST_LENGTH_BYTES or spelled[0] == 0 or length < _SHORT_FORM:
                raise ValueError("a length that is not in its shortest form")
        if at + length > len(data):
            raise ValueError("a value that goes on after the end")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def _inside(part: _Part) -> list[_Part]:
    if not part[0] & 0x20:
        raise ValueError(f"a value of tag {part[0]} holds no others")
    return _parts(part[1])


def _only(parts: list[_Part], tag: int) -> _Part:
    if len(parts) != 1:
        raise ValueError(f"got {len(parts)} where one value is due")
    return _first(parts, tag)


def _first(parts: list[_Part], tag: int) -> _Part:
    if parts[0][0] != tag:
        raise ValueError(f"a value of tag {parts[0][0]} in place of {tag}")
    return parts[0]


def _number(part: _Part) -> int:
    return int.from_bytes(part[1], "big", signed=True)


def _moment(text: bytes) -> datetime:
    whole, _, fraction = text.decode("ascii").rstrip("Z").partition(".")
    moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)  # noqa: UP017 - Python 3.9 reads this
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)


def _signer(signed: list[_Part]) -> str:
    """What the certificate that the signature names calls its owner."""
    certificates = next((_inside(part) for part in signed[3:] if part[0] == _CONTEXT_0), [])
    infos = _inside(_first(signed[-1:], _SET))
    issuer, serial = _inside(_inside(_only(infos, _SEQUENCE))[1])
    for certificate in certificates:
        fields = [part for part in _inside(_inside(certificate)[0]) if part[0] != _CONTEXT_0]
        if (fields[0], fields[2]) == (serial, issuer):
            return _common_name(fields[4])
    return _common_name(issuer)


def _common_name(name: _Part) -> str:
    for group in _inside(name):
        for pair in _inside(group):
            kind, value = _inside(pair)
            if kind == (_OID, _COMMON_NAME):
                return value[1].decode("utf-8", "replace")
    return "?"
