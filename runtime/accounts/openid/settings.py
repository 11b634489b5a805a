"""The settings of the OpenID provider; without them the service has no sign-in by a provider at all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from facts.counting import counted
from facts.errors import SetupError
from facts.text import Text
from runtime.platform.networks import loopback
from runtime.platform.secrets import secret_value

_PREFIX = "XUESHI_OPENID_"
_SCOPE = re.compile(r"[!#-\[\]-~]+")  # RFC 6749, 3.3
_VISIBLE = re.compile(r"[!-~]{1,200}")
_MOST_NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """One provider and how this service is known there; a client without a secret proves itself by PKCE alone."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    name: Text


def openid_from(environ: Mapping[str, str], address: str) -> OpenIdSettings | None:
    """The provider that ``XUESHI_OPENID_*`` names; every fault in one line."""
    given = {key: value for key, value in environ.items() if key.startswith(_PREFIX) and value}
    if not given:
        return None
    found = OpenIdSettings(
        issuer=given.get(f"{_PREFIX}ISSUER", ""),
        client_id=given.get(f"{_PREFIX}CLIENT_ID", ""),
        client_secret=secret_value(environ, f"{_PREFIX}CLIENT_SECRET"),
        scopes=tuple(given.get(f"{_PREFIX}SCOPES", "openid").split()),
        name=Text(given.get(f"{_PREFIX}NAME_ZH", "统一身份认证"), given.get(f"{_PREFIX}NAME_EN", "single sign-on")),
    )
    if faults := list(_faults(found, address)):
        raise SetupError("; ".join(faults))
    return found


def address_fault(address: str, *, near: bool = True) -> str:
    """What is wrong with an address of the provider's; empty where nothing is. ``near`` lets loopback go without TLS."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "got an address that cannot be read"
    if not host or not address.isascii() or not address.isprintable() or " " in address:
        return "got no whole address"
    if parts.username is not None or parts.fragment:
        return "got a user name or a fragment in it"
    if parts.scheme == "https" or (near and parts.scheme == "http" and loopback(host)):
        return ""
    return f"got {parts.scheme or 'no scheme'}"


def _faults(found: OpenIdSettings, address: str) -> Iterator[str]:
    if not found.issuer:
        yield f"{_PREFIX}ISSUER: got nothing, expected the provider's https:// address beside the other {_PREFIX}*"
    elif fault := address_fault(found.issuer) or ("got a query in it" if "?" in found.issuer else ""):
        yield f"{_PREFIX}ISSUER: {fault}, expected https://… (http:// on loopback alone)"
    if not _VISIBLE.fullmatch(found.client_id):
        got = "nothing" if not found.client_id else "blanks or too many characters"
        yield f"{_PREFIX}CLIENT_ID: got {got}, expected the name under which the provider knows this service"
    if "openid" not in found.scopes or not all(map(_SCOPE.fullmatch, found.scopes)):
        yield f"{_PREFIX}SCOPES: got {' '.join(found.scopes)[:80]!r}, expected words with openid among them"
    for lang, name in (("ZH", found.name.zh), ("EN", found.name.en)):
        if len(name) > _MOST_NAME_CHARS or not name.isprintable():
            yield f"{_PREFIX}NAME_{lang}: got {counted(len(name), 'character')}, expected one line of at most {_MOST_NAME_CHARS}"
    if address_fault(address):
        yield f"XUESHI_ADDRESS: got {address[:80]}, expected https://… since the provider sends people back there"
