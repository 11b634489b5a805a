"""Lists that the institution no longer stands by (``[[aside]]``): their kind is shown, and nothing is read from them."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from facts.statements import ListSetAside
from ingest.tables.fault import Faults, TableFault

_PLACE = "class.toml [[aside]]"


def normal_file_name(name: str) -> str:
    """One spelling for names written by hand on another system."""
    return unicodedata.normalize("NFC", name)


def reasons(aside: Iterable[ListSetAside]) -> Mapping[str, str]:
    """Why each list was set aside, by its name."""
    return {normal_file_name(one.file): one.reason for one in aside}


def unknown_lists(aside: Iterable[str], here: Collection[str]) -> tuple[TableFault, ...]:
    """Names that are no list of the folder: misspelt, or a recording, which always stays."""
    faults, lists = Faults(), {normal_file_name(name) for name in here}
    for name in aside:
        if name not in lists:
            faults.fault(
                _PLACE,
                f"没有名为 {name} 的名单，此条不起作用；请核对文件名（能打开的录像不能不采用）",
                f"no list is called {name}, so this has no effect; check the name (a recording that can be read is never set aside)",
            )
    return faults.listed()
