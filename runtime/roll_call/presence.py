"""Who has signed in to a class hour, with the marks that the class's settings put beside it, and where phones were."""

from collections.abc import Sequence

from attendance.place_rule import centre
from facts.class_settings import ClassSettings
from pipeline.roll_call.marks import Mark, SignInRecord, marks, middle
from runtime.platform.service import Service
from runtime.roll_call.register import Roll, RollRegister
from storage.database.classes.settings import newest_settings
from storage.database.connection import reading
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow

_NEWEST = 200


def signed_in(register: RollRegister, roll: Roll) -> tuple[dict[str, CheckInRow], dict[str, tuple[Mark, ...]]]:
    """Everybody's last sign-in to the hour, and what the class's settings make of all that they sent."""
    number, hour = roll.open_hour.class_id, roll.hour.id
    with reading(register.service.engine, "reading a class's settings") as connection:
        settings = newest_settings(connection, number).settings
    whole = settings.device.second_phone  # only then the class's other hours say anything of this one
    kept = register.sign_ins.of_class(number) if whole else register.sign_ins.of_hour(number, hour)
    found, last = (
        marks(sign_in_records(kept), hour, settings),
        {one.trainee: one for one in kept if one.hour_id == hour},
    )
    marked: dict[str, tuple[Mark, ...]] = {}
    for one in kept:
        if one.nonce in found:
            marked[one.trainee] = tuple(dict.fromkeys((*marked.get(one.trainee, ()), *found[one.nonce])))
    return last, marked


def sign_in_records(sign_ins: Sequence[CheckInRow]) -> tuple[SignInRecord, ...]:
    """The sign-ins as the rules look at them, in order of arrival; those committed together lie in the log in any."""
    ordered = sorted(sign_ins, key=lambda one: (one.arrived_at, one.leaf))
    return tuple(
        SignInRecord(one.nonce, one.hour_id, one.trainee, one.device, one.place, bool(one.witness)) for one in ordered
    )


def middle_of_phones(service: Service, class_id: int, settings: ClassSettings) -> dict[str, object] | None:
    """The middle of where the trainees' phones last were, how many of them, and how far off the rule's place is."""
    kept = CheckInRegister(service.engine, service.log).newest(class_id, _NEWEST)
    last = {one.trainee: one.place for one in reversed(kept) if one.place.coordinates}  # each person counts once
    if (found := middle(last.values())) is None:
        return None
    point, count = found
    away = round(point.distance_m(centre(settings.place))) if settings.place else None
    return {"latitude": f"{point.latitude:.6f}", "longitude": f"{point.longitude:.6f}", "count": count, "away": away}
