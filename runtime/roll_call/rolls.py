"""Rolls made anew from the lists of the classes whose files changed."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from facts.errors import XueshiError
from ingest.tables.search import read_tables
from runtime.classes.manifest import manifest_of
from runtime.platform.folders import class_folder, placeless
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.roll_call import rolls
from storage.database.tables.classes import CLASSES


def refresh_rolls(engine: Engine, home: Path, clock: Callable[[], datetime]) -> int:
    """Makes anew the roll of every class whose files changed; how many there were."""
    with reading(engine, "looking for changed lists") as connection:
        changed = rolls.outdated(connection)
    for class_id in changed:
        at = clock()  # before the files are read: what arrives meanwhile is newer than the roll
        lists = _lists(engine, home, class_id)
        with writing(engine, "making a roll") as connection:
            rolls.make_roll(connection, class_id, lists, at)
    return len(changed)


def _lists(engine: Engine, home: Path, class_id: int) -> rolls.RollLists:
    """The class's hours and people by the lists that count now; a folder that cannot be read says why."""
    try:
        with reading(engine, "reading a class's settings") as connection:
            manifest = manifest_of(connection, classes(connection, CLASSES.c.id == class_id)[0])
        found = read_tables(class_folder(home, class_id), manifest)
    except (XueshiError, OSError) as error:
        return rolls.RollLists(fault=placeless(str(error), home))
    return rolls.RollLists(found.hours, found.roster)
