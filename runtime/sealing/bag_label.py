"""What a package's own label says (bag-info.txt), read where the package lies."""

from collections.abc import Mapping
from pathlib import Path

_LABEL, _MOST_BYTES = "bag-info.txt", 1 << 16


def bag_label_of(folder: Path) -> Mapping[str, str]:
    """The fields of the label; empty where the package is no longer on this machine."""
    try:
        with (folder / _LABEL).open(encoding="utf-8") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name: value.strip() for name, colon, value in pairs if colon}
