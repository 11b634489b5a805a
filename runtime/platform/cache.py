"""Finished work, found again by its inputs: an interrupted run resumes, an unchanged folder costs next to nothing."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MOST_BYTES = 2 * 1024**3


def default_folder(environ: Mapping[str, str]) -> Path:
    """The user's own cache folder: never the class folder or the report's, which travel."""
    if own := environ.get("XUESHI_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA", str(Path.home()))) / "xueshi" / "cache"
    return Path(environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "xueshi"


@dataclass(frozen=True, slots=True)
class Cache:
    """Texts by key; a cache that cannot be written, or whose entry is damaged, only makes work take longer."""

    folder: Path

    @staticmethod
    def key(parts: Mapping[str, object]) -> str:
        """One name for everything that a result depends on."""
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """The text kept under the key, or nothing; reading marks it as in use."""
        path = self._path(key)
        try:
            text = path.read_text("utf-8")
            os.utime(path)
        except (OSError, UnicodeDecodeError):
            return None
        digest, _, body = text.partition("\n")
        return body if hashlib.sha256(body.encode()).hexdigest() == digest else None

    def put(self, key: str, body: str) -> None:
        """Keeps the text, whole or not at all."""
        path = self._path(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as staged:
                staged.write(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")
            Path(staged.name).replace(path)
        except OSError:
            return

    def prune(self, most_bytes: int = _MOST_BYTES) -> None:
        """Forgets what was not used for longest until the rest fits."""
        try:
            files = [(path.stat().st_mtime, path.stat().st_size, path) for path in self.folder.glob("*/*")]
        except OSError:
            return
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files, key=lambda item: item[0]):
            if total <= most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size

    def forget(self, before: float) -> int:
        """How many entries nobody has used since that second of the system's clock, and which are gone now."""
        gone = 0
        for path in self.folder.glob("*/*"):
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def file_key(path: Path) -> str:
    """A file as the system describes it, to recognise it without reading it again."""
    stat = path.stat()
    return Cache.key(
        {"file": str(path.resolve()), "size": stat.st_size, "changed_ns": stat.st_mtime_ns, "inode": stat.st_ino}
    )
