"""What a store refuses or suffers, by who must act.

StoreError
├── StoreSetupError    (also SetupError) settings, rights, a full disk, a bucket without lock: the operator acts
├── StoreLostError     (also SetupError) the server did not answer: the network or the server; try again
├── RefusedError       the store keeps what it has promised
│   ├── StillKeptError     deletion before the retention date
│   ├── HeldError          deletion under a hold
│   ├── ShortenError       a retention date that would be moved forward
│   └── ClockDoubtError    the machine's clock contradicts what the store has seen
├── NotStoredError     (also InputError) no such object or version
├── SourceError        (also InputError) what was to be stored changed, ended early or is not what its digest promised
└── AlteredError       the stored bytes are not the ones that were acknowledged
"""

from facts.errors import InputError, SetupError, XueshiError


class StoreError(XueshiError):
    """The root of everything a store raises on purpose."""


class StoreSetupError(StoreError, SetupError):
    """The store cannot be used as it is set up."""


class StoreLostError(StoreError, SetupError):
    """The server went away; what was not acknowledged may be sent again."""


class RefusedError(StoreError):
    """The store refuses because of a promise that it has acknowledged."""


class StillKeptError(RefusedError):
    """The retention date has not come."""


class HeldError(RefusedError):
    """A hold stands, whatever the date."""


class ShortenError(RefusedError):
    """Retention may only grow."""


class ClockDoubtError(RefusedError):
    """Nothing is deleted on the word of a clock that contradicts the store's own times."""


class NotStoredError(StoreError, InputError):
    """The store does not have it."""


class SourceError(StoreError, InputError):
    """The bytes handed over are not the bytes announced; nothing was stored."""


class AlteredError(StoreError):
    """The store gave other bytes than the ones it acknowledged."""
