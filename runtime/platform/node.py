"""Which node of a service this is: a home of its own, whatever machine it lies on at the moment."""

import os
import secrets
import socket
from functools import lru_cache
from pathlib import Path

from facts.errors import SetupError

_FILE, _MOST_CHARS = "node.name", 100


@lru_cache(maxsize=64)
def node_name(home: Path) -> str:
    """The name that whoever watches several nodes knows it by; made once, and kept in the home that it names."""
    place = home / _FILE
    try:
        if not place.exists():
            made = home / f".{_FILE}-{secrets.token_hex(8)}"
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            made.write_text(f"{socket.gethostname()[:40]}-{secrets.token_hex(4)}\n", "utf-8")
            try:
                os.link(made, place)  # whoever was first has named it
            except FileExistsError:
                pass
            except OSError:  # a disk without links
                made.replace(place)
            made.unlink(missing_ok=True)
        name = place.read_text("utf-8").strip()
    except OSError as error:
        raise SetupError(f"{place}: cannot be written ({error.strerror}); see that the disk has space") from error
    if not name or len(name) > _MOST_CHARS or not name.isprintable():
        raise SetupError(
            f"{place}: got {name[:40]!r}, expected this node's name in one line; delete the file, and it is made anew"
        )
    return name
