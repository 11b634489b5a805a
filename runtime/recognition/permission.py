"""Whether faces of a class may be compared: switched on, on a stated ground, and everybody on its roster consented."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from storage.database.recognition.consents import ConsentRow, RecognitionSetting, consents, recognition_setting
from storage.database.recognition.faces import photographed
from storage.database.roll_call.rolls import RollEntry, people


@dataclass(frozen=True, slots=True)
class RecognitionState:
    """Where a class stands; nobody's face is computed while anybody who is filmed with them has not consented."""

    setting: RecognitionSetting | None
    people: tuple[RollEntry, ...]
    consents: Mapping[str, ConsentRow]
    photographs: frozenset[str]

    @property
    def active(self) -> bool:
        """Whether it is switched on."""
        return bool(self.setting and self.setting.active)

    @property
    def lacking(self) -> tuple[RollEntry, ...]:
        """Who on the roster has not consented, or no longer does."""
        return tuple(one for one in self.people if one.key not in self.consents)

    @property
    def permitted(self) -> bool:
        """Whether faces may be compared."""
        return may_compare(self.setting, self.consents, [one.key for one in self.people])


def recognition_state(connection: Connection, class_id: int) -> RecognitionState:
    """The class as it stands now."""
    setting, given = recognition_setting(connection, class_id), live_consents(connection, class_id)
    return RecognitionState(setting, people(connection, class_id), given, photographed(connection, class_id))


def live_consents(connection: Connection, class_id: int) -> dict[str, ConsentRow]:
    """The consents in force, by person."""
    return {one.trainee: one for one in consents(connection, class_id) if one.withdrawn_at is None}


def may_compare(setting: RecognitionSetting | None, given: Collection[str], everybody: Collection[str]) -> bool:
    """A single picture shows all of them, so a single one who did not consent keeps all faces from being computed."""
    return bool(setting and setting.active and everybody) and all(key in given for key in everybody)
