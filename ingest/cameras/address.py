"""Where a camera is, without and with its password; the one is shown, the other goes to ffmpeg alone."""

import ipaddress
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from facts.text import Text

SCHEMES = MappingProxyType(
    {
        "rtsp": "rtsp,rtp,tcp,udp",
        "rtsps": "rtsps,rtsp,rtp,tcp,udp,tls,crypto",
        "rtmp": "rtmp,tcp",
        "rtmps": "rtmps,tls,tcp,crypto",
        "http": "http,https,tcp,tls,crypto",
        "https": "http,https,tcp,tls,crypto",
        "srt": "srt,udp",
    }
)
_DEVICE = re.compile(r"/dev/video\d{1,3}", re.ASCII)
_BARRED = re.compile(r"[\x00-\x20\x7f'\"`\\<>|;${}()*]")
_USERINFO = re.compile(r"(?<=://)[^/\s@]*@")
_SECRET_VALUE = re.compile(r"(?i)([?&](?:pass\w*|pwd|token|key|secret|auth)=)[^&\s'\"]*")
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class CameraAddress:
    """One camera's address. ``shown`` may still hold a passphrase among its parameters (SRT); ``told`` never does."""

    shown: str = field(repr=False)
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def told(self) -> str:
        """As people may read it."""
        return hidden(self.shown)

    @property
    def scheme(self) -> str:
        """What protocol, or ``device``."""
        return "device" if self.shown.startswith("/") else urlsplit(self.shown).scheme

    @property
    def whole(self) -> str:
        """With user and password, for ffmpeg alone."""
        if not self.user:
            return self.shown
        parts = urlsplit(self.shown)
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@"
        return urlunsplit(parts._replace(netloc=login + parts.netloc))

    def without_secrets(self, words: str) -> str:
        """Somebody else's words about this camera, with whatever could let one in taken out."""
        for secret in filter(None, {self.password, quote(self.password, safe="")}):
            words = words.replace(secret, HIDDEN)
        return hidden(words)


def hidden(words: str) -> str:
    """The words without what stands before an @ in an address, and without values called password or the like."""
    return _SECRET_VALUE.sub(rf"\1{HIDDEN}", _USERINFO.sub(f"{HIDDEN}@", words))


def address_of(text: str, user: str, password: str, *, allow_loopback: bool) -> CameraAddress | Text:
    """The address, or what is wrong with it; what is shown of it holds no password."""
    if _BARRED.search(text):
        return Text(
            "地址里有空格、引号或命令符号；请改成普通网址，密码写到 password 一行",
            "the address holds a space, quote or shell character; write a plain address, the password into password",
        )
    if _DEVICE.fullmatch(text):
        return CameraAddress(text)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return Text(f"不是网址（{error}）", f"no address ({error})")
    if parts.scheme not in SCHEMES or not host:
        known = "、".join(SCHEMES)
        got = hidden(text)[:60]
        return Text(
            f"写成了 {got}，应为 {known} 之一开头的网址，或 /dev/video0",
            f"got {got}, expected an address that begins with one of {', '.join(SCHEMES)}, or /dev/video0",
        )
    if _is_loopback(host) and not allow_loopback:
        return Text(
            f"{host} 是本机；要录本机的网关，请在 [recorder] 写 allow_loopback = true",
            f"{host} is this machine itself; to record a gateway here write allow_loopback = true into [recorder]",
        )
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return CameraAddress(plain, user or unquote(parts.username or ""), password or unquote(parts.password or ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        where = ipaddress.ip_address(host)
    except ValueError:
        return False
    return where.is_loopback or where.is_unspecified
