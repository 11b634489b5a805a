"""SOAP as cameras speak it: what we ask, signed with the password's digest, and what strangers answer, read without trust."""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

from facts.errors import InputError

MOST_BYTES = 1 << 20
_MOST_DEPTH, _MOST_NODES = 40, 20_000
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


class SoapError(InputError):
    """What came is no SOAP that may be read."""


@dataclass(slots=True)
class SoapNode:
    """One element: its name without a namespace, what it says, and what is in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["SoapNode"] = field(default_factory=list)

    def every(self, name: str) -> Iterator["SoapNode"]:
        """All of this name below it, in order."""
        for one in self.children:
            if one.name == name:
                yield one
            yield from one.every(name)

    def first(self, *path: str) -> "SoapNode | None":
        """What the names lead to, each anywhere below the one before."""
        found: SoapNode | None = self
        for name in path:
            found = next(found.every(name), None) if found else None
        return found

    def said(self, *path: str) -> str:
        """The text there; empty where there is none."""
        found = self.first(*path)
        return found.text.strip() if found else ""


def soap_request(body: str, user: str, password: str, at: datetime) -> bytes:
    """An envelope; with a user the token that proves the password without sending it. ``at`` is the camera's time."""
    head = _token(user, password, at) if user else ""
    return f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{_SOAP}">{head}<s:Body>{body}</s:Body></s:Envelope>'.encode()


def _token(user: str, password: str, at: datetime) -> str:
    nonce, created = secrets.token_bytes(16), at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    told = base64.b64encode(password_digest(nonce, created, password)).decode()
    return (
        f'<s:Header><w:Security xmlns:w="{_SECURITY}" xmlns:u="{_UTILITY}" s:mustUnderstand="1"><w:UsernameToken>'
        f'<w:Username>{escape(user)}</w:Username><w:Password Type="{_DIGEST}">{told}</w:Password>'
        f'<w:Nonce EncodingType="{_BASE64}">{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>'
        "</w:UsernameToken></w:Security></s:Header>"
    )


def password_digest(nonce: bytes, created: str, password: str) -> bytes:
    """As WS-Security's username token has it; SHA-1 is the standard's choice, not ours."""
    return hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()


class _Tree:
    """Elements as they come; a document type, and with it every entity, is refused before anything is made of it."""

    def __init__(self) -> None:
        self.top = SoapNode("")
        self.path = [self.top]
        self.count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > _MOST_NODES or len(self.path) > _MOST_DEPTH:
            raise SoapError(
                f"got over {_MOST_NODES} elements or {_MOST_DEPTH} levels, expected a camera's short answer"
            )
        node = SoapNode(name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        self.path[-1].children.append(node)
        self.path.append(node)

    def end(self, _: str) -> None:
        self.path.pop()

    def say(self, text: str) -> None:
        self.path[-1].text += text

    def refuse(self, *_: object) -> None:
        raise SoapError("got XML with a document type (entities), expected plain SOAP; such a device is not asked")


def soap_answer(data: bytes) -> SoapNode:
    """The answer as a tree; ``SoapError`` where it is too large, no XML, or more than plain elements."""
    if len(data) > MOST_BYTES:
        raise SoapError(f"got over {MOST_BYTES >> 20} MB, expected a camera's short answer")
    tree, parser = _Tree(), ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = tree.refuse
    parser.EntityDeclHandler = tree.refuse
    parser.StartElementHandler, parser.EndElementHandler = tree.begin, tree.end
    parser.CharacterDataHandler = tree.say
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        raise SoapError(f"got no XML ({error}), expected SOAP; is it a camera's ONVIF address?") from error
    return tree.top
