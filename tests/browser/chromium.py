"""Just enough of the DevTools protocol, over a pipe, to load a page in a real browser and ask about it."""

import base64
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --remote-debugging-pipe --no-first-run --hide-scrollbars"
    " --disable-background-networking --disable-component-update --disable-extensions --mute-audio"
)


def binary() -> str | None:
    """The browser on this machine, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One headless browser with one page; every event is kept for the questions of the tests."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._reader, self._writer = os.fdopen(read_fd, "rb"), os.fdopen(write_fd, "wb")
        self._last, self._buffer = 0, b""
        self.events: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", {"url": "about:blank"}, session="")["targetId"]
        attach = {"targetId": target, "flatten": True}
        self._session = str(self.send("Target.attachToTarget", attach, session="")["sessionId"])
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "CSS"):
            self.send(f"{domain}.enable")

    def send(self, method: str, params: dict[str, Any] | None = None, session: str | None = None) -> dict[str, Any]:
        """One command and its answer."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params or {}}
        if session is None:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        self._writer.flush()
        while (answer := self._next()).get("id") != self._last:
            self.events.append(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return dict(answer["result"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            part = os.read(self._reader.fileno(), 1 << 20)
            assert part, "the browser closed its pipe"
            self._buffer += part
        line, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(line))

    def wait(self, method: str) -> dict[str, Any]:
        """The next event of that name."""
        while (event := self._next()).get("method") != method:
            self.events.append(event)
        self.events.append(event)
        return event

    def view(self, width: int, height: int, *, dark: bool = False, scripts: bool = True) -> None:
        """The size of the window, its theme, and whether scripts run."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.send("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.send("Emulation.setScriptExecutionDisabled", {"value": not scripts})

    def load(self, page: Path) -> None:
        """The page, until it has loaded."""
        self.events.clear()
        self.send("Page.navigate", {"url": page.as_uri()})
        if not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.wait("Page.loadEventFired")

    def ask(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page answers
        """What the expression is in the page."""
        answer = self.send("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def shot(self, target: Path, *, whole: bool = True) -> None:
        """A picture of the page."""
        params = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            params["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        target.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", params)["data"]))

    def pdf(self, target: Path) -> None:
        """The page as it prints."""
        params = {"preferCSSPageSize": True, "printBackground": False}
        target.write_bytes(base64.b64decode(self.send("Page.printToPDF", params)["data"]))

    def fonts(self, selector: str) -> list[dict[str, Any]]:
        """Which fonts drew how many glyphs inside the element."""
        root = self.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        node = self.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        return list(self.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"])

    def close(self) -> None:
        """Ends the browser."""
        with suppress(AssertionError, OSError):
            self.send("Browser.close", session="")
        for pipe in (self._reader, self._writer):
            with suppress(OSError):
                pipe.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with a profile of its own, gone at the end."""
    program = binary()
    assert program, "no browser"
    here_reads, there_writes = os.pipe()
    there_reads, here_writes = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The browser reads commands from descriptor 3 and writes answers to 4.
        pipes = f"3<&{there_reads} 4>&{there_writes}"
        command = f"exec {shlex.quote(program)} {FLAGS} --user-data-dir={shlex.quote(profile)} {pipes}"
        process = subprocess.Popen(  # noqa: S603 - a command of our own
            ["/bin/bash", "-c", command], pass_fds=(there_reads, there_writes), stderr=subprocess.DEVNULL
        )
        os.close(there_reads)
        os.close(there_writes)
        page = Browser(here_reads, here_writes)
        try:
            yield page
        finally:
            page.close()
            process.wait(20)
