"""The names that the service itself writes into a class's folder, which nobody else's file or folder may have.

They are read as the service's own word, or passed over as its own work, so a look-alike in any spelling is one too.
"""

import unicodedata

from facts.text import Text
from ingest.manifest import MANIFEST_NAME
from runtime.platform.folders import CLAIM_FOLDER, REPORT_FOLDER
from runtime.roll_call.sign_in_table import SIGN_IN_LIST

_UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me"})


def same_name(name: str) -> str:
    """What two spellings of one name have in common: width, capitals, composition, and ends that some systems drop."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    shown = "".join(char for char in folded if unicodedata.category(char) not in _UNSEEN)
    return "/".join(part.strip(" .") for part in shown.replace("\\", "/").split("/"))


_OWN = frozenset(map(same_name, (SIGN_IN_LIST, MANIFEST_NAME, REPORT_FOLDER, CLAIM_FOLDER)))


def own_name_refusal(name: str) -> Text | None:
    """Why nobody may hand in a file of this name: it, or a folder on the way to it, is called as the service's own."""
    parts = zip(name.replace("\\", "/").split("/"), same_name(name).split("/"), strict=True)
    own = next((part for part, plain in parts if plain in _OWN), None)
    if own is None:
        return None
    return Text(
        f"“{own}”是本系统自己使用的名称；请改名后再选",
        f"{own} is a name that the service itself writes; rename the file or folder and choose it again",
    )
