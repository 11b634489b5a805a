"""What a database refuses, by who must act.

DatabaseError
├── DatabaseSetupError  (also SetupError) an address, a right, a disk or a version: the operator acts
└── DatabaseLostError   (also SetupError) the server went away or stayed locked; nothing was kept by half, try again
"""

from facts.errors import SetupError, XueshiError


class DatabaseError(XueshiError):
    """The root of everything that the database raises on purpose."""


class DatabaseSetupError(DatabaseError, SetupError):
    """The database cannot be used as it is set up."""


class DatabaseLostError(DatabaseError, SetupError):
    """The database did not answer; what was not committed may be sent again."""
