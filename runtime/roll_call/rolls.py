"""Rolls made anew from the lists of the classes whose files changed."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from facts.errors import XueshiError
from runtime.classes.manifest import manifest_of
from runtime.platform.blob_folder import BlobFolder
from runtime.platform.folders import class_folder, inside, placeless
from runtime.uploads.strays import recorded_folder
from runtime.verification.class_tables import class_tables
from storage.database.classes.classes import classes, files
from storage.database.connection import reading, writing
from storage.database.roll_call import rolls
from storage.database.tables.classes import CLASSES, FILES

_LOG = logging.getLogger("xueshi.work")


def refresh_rolls(engine: Engine, home: Path, clock: Callable[[], datetime], shared: BlobFolder | None = None) -> int:
    """Makes anew the roll of every class whose files changed; how many there were. ``shared`` has lists of other machines."""
    with reading(engine, "looking for changed lists") as connection:
        changed = rolls.outdated(connection)
    for class_id in changed:
        if _lie_elsewhere(engine, shared or BlobFolder(home), class_id):
            continue  # the machine that has them makes the roll; this one would make an empty one
        at = clock()  # before the files are read: what arrives meanwhile is newer than the roll
        lists = _lists(engine, home, class_id)
        with writing(engine, "making a roll") as connection:
            rolls.make_roll(connection, class_id, lists, at)
    return len(changed)


def _lie_elsewhere(engine: Engine, shared: BlobFolder, class_id: int) -> bool:
    with reading(engine, "reading which lists a class has") as connection:
        rows = files(connection, FILES.c.class_id == class_id, FILES.c.role != "recording")
    folder = class_folder(shared.home, class_id)
    return not all(shared.bring(inside(folder, row.name), Digest(row.sha256)) for row in rows)


def _lists(engine: Engine, home: Path, class_id: int) -> rolls.RollLists:
    """The class's hours and people by the lists that count now; a folder that cannot be read says why."""
    try:
        with reading(engine, "reading a class's settings") as connection:
            manifest = manifest_of(connection, classes(connection, CLASSES.c.id == class_id)[0])
        found = class_tables(recorded_folder(engine, home, class_id), manifest)
    except (XueshiError, OSError) as error:
        return rolls.RollLists(fault=placeless(str(error), home))
    except Exception as error:  # noqa: BLE001 - one class's list that breaks the reader must not keep the others' from being read
        _LOG.exception("the lists of class %s could not be read", class_id)
        return rolls.RollLists(fault=f"这份名单程序读不了 this program cannot read the list ({type(error).__name__})")
    return rolls.RollLists(found.hours, found.roster)
