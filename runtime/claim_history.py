"""Where the paying desk's history comes from."""

from facts.errors import SetupError
from runtime.claim import Asked


def history_at(address: str) -> Asked:
    """The history in the database at the address."""
    raise SetupError(
        f"--history: got {address.partition('@')[2] or 'an address'}, expected none: no history is wired yet"
    )
