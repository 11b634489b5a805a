"""Whether faces of a class may be compared, on which ground, and which of its people consented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.recognition import CONSENTS, RECOGNITIONS
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class RecognitionSetting:
    """One setting of the switch; a class of which there is none is off."""

    class_id: int
    active: bool
    basis: str
    words: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One person's consent, and when it was withdrawn."""

    id: int
    class_id: int
    trainee: str
    given_on: str
    way: str
    made_by: str
    made_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent before it is kept."""

    trainee: str
    given_on: str
    way: str


def recognition_setting(connection: Connection, class_id: int) -> RecognitionSetting | None:
    """The setting in force; nothing where it was never switched on."""
    own = RECOGNITIONS.c
    newest = select(own.id).where(own.class_id == class_id).order_by(own.id.desc()).limit(1)
    number = connection.execute(newest).scalar_one_or_none()
    if number is None:
        return None
    compare_keys(connection, RECOGNITIONS, [(number,)])
    asked = select(*columns_for(RecognitionSetting, RECOGNITIONS)).where(own.id == number)
    return records_of(RecognitionSetting, connection.execute(asked))[0]


def keep_setting(connection: Connection, setting: RecognitionSetting) -> None:
    """The setting in force from now on."""
    said = {"class_id": setting.class_id, "active": setting.active, "basis": setting.basis, "words": setting.words}
    connection.execute(insert(RECOGNITIONS).values(**said, made_by=setting.made_by, made_at=setting.made_at))


def consents(connection: Connection, class_id: int) -> tuple[ConsentRow, ...]:
    """Every consent that was ever given, the first first."""
    own = CONSENTS.c
    asked = select(*columns_for(ConsentRow, CONSENTS)).where(own.class_id == class_id).order_by(own.id)
    found = records_of(ConsentRow, connection.execute(asked))
    compare_keys(connection, CONSENTS, [(one.id,) for one in found])
    return found


def keep_consents(connection: Connection, class_id: int, given: Sequence[NewConsent], by: str, at: datetime) -> None:
    """Each with whoever entered it."""
    values = [
        {"class_id": class_id, "trainee": one.trainee, "given_on": one.given_on, "way": one.way}
        | {"made_by": by, "made_at": at}
        for one in given
    ]
    if values:
        connection.execute(insert(CONSENTS), values)


def withdraw_consents(connection: Connection, class_id: int, trainee: str, by: str, at: datetime) -> int:
    """The person's consents end; how many were in force."""
    own = CONSENTS.c
    live = (own.class_id == class_id, own.trainee == trainee, own.withdrawn_at.is_(None))
    return connection.execute(update(CONSENTS).where(*live).values(withdrawn_by=by, withdrawn_at=at)).rowcount


def recognition_version(connection: Connection, class_id: int) -> int:
    """Counts every change of switch and consents; nought for a class that never had any."""
    switched = select(func.count()).select_from(RECOGNITIONS).where(RECOGNITIONS.c.class_id == class_id)
    given = select(func.count(), func.count(CONSENTS.c.withdrawn_at)).where(CONSENTS.c.class_id == class_id)
    number: int = connection.execute(switched).scalar_one()
    return number + sum(connection.execute(given).one())
