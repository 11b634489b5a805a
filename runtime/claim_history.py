"""Where the paying desk's history comes from."""

import os

from policy.rulebook import Rulebook
from runtime.claim import Asked
from runtime.database import open_db
from runtime.history import CountyHistory, limits_of
from runtime.home import home
from storage.history.keys import keys_in


def history_at(address: str) -> Asked:
    """The history in the database at the address, asked under the limits of whichever rulebook governs the claim."""
    engine = open_db(os.environ, address, must_exist=True)
    keys = keys_in(home(os.environ) / "keys")

    def under(book: Rulebook) -> CountyHistory:
        return CountyHistory(engine, keys, limits_of(book))

    return under
