"""Just enough of Firefox's Marionette protocol, over a socket, to sign in, open a page and ask about it.

Debian's Firefox has none of Playwright's patches, so it is spoken to as geckodriver does.
"""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    "marionette.port": 0,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
_START_S, _ANSWER_S = 90.0, 120.0


def firefox_binary() -> str | None:
    """The browser on this machine, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Firefox:
    """One headless browser with one page."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_S)
        self._last, self._buffer = 0, b""
        self._next()
        self.send("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})

    def send(self, command: str, **told: Any) -> Any:  # noqa: ANN401 - whatever the browser answers
        """One command and its answer."""
        self._last += 1
        body = json.dumps([0, self._last, command, told]).encode()
        self._socket.sendall(f"{len(body)}:".encode() + body)
        _, number, error, found = self._next()
        assert (number, error) == (self._last, None), f"{command}: {error}"
        return found.get("value") if isinstance(found, dict) and found.keys() == {"value"} else found

    def open(self, address: str) -> None:
        """Load the page."""
        self.send("WebDriver:Navigate", url=address)

    def sign_in(self, base: str, cookies: dict[str, str]) -> None:
        """As the service's own cookies have it; the browser asks for a page first."""
        self.open(f"{base}/healthz")
        for name, value in cookies.items():
            self.send("WebDriver:AddCookie", cookie={"name": name, "value": value, "path": "/"})

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page answers
        """What the page answers."""
        return self.send("WebDriver:ExecuteScript", script=f"return {expression};", args=[])

    def element(self, css: str) -> str:
        """The first that matches, for ``click`` and ``write``."""
        (found,) = self.send("WebDriver:FindElement", using="css selector", value=css).values()
        return str(found)

    def click(self, css: str) -> None:
        """As a person clicks."""
        self.send("WebDriver:ElementClick", id=self.element(css))

    def write(self, css: str, text: str) -> None:
        """As a person types."""
        self.send("WebDriver:ElementSendKeys", id=self.element(css), text=text)

    def until(self, condition: str, within_s: float = _ANSWER_S) -> None:
        """Ask again and again."""
        begun = time.monotonic()
        while not self.evaluate(condition):
            assert time.monotonic() - begun < within_s, f"did not come true within {within_s} s: {condition}"
            time.sleep(0.05)

    def _next(self) -> Any:  # noqa: ANN401 - JSON
        while b":" not in self._buffer:
            self._buffer += self._more()
        length, _, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._buffer += self._more()
        found, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(found)

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 16)
        assert data, "Firefox is gone"
        return data

    def close(self) -> None:
        """End the conversation."""
        self._socket.close()


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Debian's own, with a profile that is gone afterwards."""
    binary = firefox_binary()
    assert binary
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as folder:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        Path(folder, "user.js").write_text("\n".join(lines), "utf-8")
        command = [binary, "--headless", "--marionette", "--no-remote", "--profile", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            found = None
            try:
                found = Firefox(_port(Path(folder, "MarionetteActivePort")))
                yield found
            finally:
                if found:
                    found.close()
                process.terminate()


def _port(file: Path) -> int:
    until = time.monotonic() + _START_S
    while not (file.exists() and file.read_text("utf-8").strip()):
        assert time.monotonic() < until, f"Firefox did not begin to listen within {_START_S:.0f} s"
        time.sleep(0.1)
    return int(file.read_text("utf-8"))
