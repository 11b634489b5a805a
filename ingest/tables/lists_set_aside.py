"""Lists that the institution no longer stands by (``[[aside]]``): told what they are, and read for nothing."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from facts.statements import ListSetAside
from ingest.tables.fault import Faults, TableFault

_PLACE = "class.toml [[aside]]"


def spelt(name: str) -> str:
    """One spelling for names written by hand on another system."""
    return unicodedata.normalize("NFC", name)


def reasons(aside: Iterable[ListSetAside]) -> Mapping[str, str]:
    """Why each list is left, by its name."""
    return {spelt(one.file): one.reason for one in aside}


def unknown(aside: Iterable[str], here: Collection[str]) -> tuple[TableFault, ...]:
    """Names that are no list of the folder: misspelt, or a recording, which always stays."""
    faults, lists = Faults(), {spelt(name) for name in here}
    for name in aside:
        if name not in lists:
            faults.fault(
                _PLACE,
                f"没有名为 {name} 的名单，此条不起作用；请核对文件名（录像不能不采用）",
                f"no list is called {name}, so this has no effect; check the name (a recording is never set aside)",
            )
    return faults.listed()
