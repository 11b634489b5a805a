from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from demo.identity import SampleIdentity
from demo.papers import CheckInForm, write_checkins, write_roster, write_timetable
from facts.check_in import CheckIn, Place
from facts.course import ClassHour
from facts.span import SHANGHAI, instant

# A point in the sea: no training room lies there.
_LONGITUDE, _LATITUDE = 121.9, 30.2
_ADDRESS = "示范市示范路1号 示范职业培训学校"


@dataclass(frozen=True, slots=True)
class SampleManifest:
    """What ``class.toml`` says of the class."""

    class_id: str = "demo-2025-jz-01"
    name: str = "家政服务员示范班"
    institution: str = "示范职业培训学校"
    locality: str = "山西省阳泉市"
    programme: str = "项目制"
    group: str = "重点群体"
    policy: str = "yangquan-2024"
    cameras: tuple[tuple[str, str], ...] = (("CH02", "201教室"),)
    lectern: str = "none"

    def text(self) -> str:
        """The file's text."""
        lines = ["[class]", f'id = "{self.class_id}"', f'name = "{self.name}"', f'institution = "{self.institution}"',
                 f'locality = "{self.locality}"', f'programme = "{self.programme}"', f'group = "{self.group}"',
                 'occupation = "家政服务员"', 'level = "初级工"']  # fmt: skip
        lines += [f'policy = "{self.policy}"'] if self.policy else []
        for camera, room in self.cameras:
            lines += ["", "[[camera]]", f'id = "{camera}"', f'room = "{room}"']
            lines += [f'lectern = "{self.lectern}"'] if self.lectern else []
        return "\n".join(lines) + "\n"


def honest_checkins(
    people: Sequence[SampleIdentity], start: datetime, seed: int, *, room: str = "201教室"
) -> tuple[CheckIn, ...]:
    """One check-in each in the quarter of an hour before class, everybody with their own phone and their own spot."""
    rng = np.random.default_rng([seed, int(start.timestamp()), 61])
    before_s = np.sort(rng.uniform(40, 840, len(people)))[::-1]
    order = rng.permutation(len(people))
    return tuple(
        _checkin(people[who], start - timedelta(seconds=float(wait_s)), rng, room)
        for who, wait_s in zip(order, before_s, strict=True)
    )


def batch_on_one_phone(
    people: Sequence[SampleIdentity], at: datetime, device: str = "vivo Y33s 7F21", *, room: str = "201教室"
) -> tuple[CheckIn, ...]:
    """Several people checked in from one phone within seconds, in the order of the roster, at one and the same spot."""
    place = Place(f"{_ADDRESS} {room}", f"{_LATITUDE:.6f}", f"{_LONGITUDE:.6f}")
    return tuple(
        CheckIn(instant(at) + timedelta(seconds=4 * number), person.name, person.id_number.digits, place, device)
        for number, person in enumerate(people)
    )


def _checkin(person: SampleIdentity, at: datetime, rng: np.random.Generator, room: str) -> CheckIn:
    latitude, longitude = _LATITUDE + rng.normal(0, 1e-4), _LONGITUDE + rng.normal(0, 1e-4)
    model = ("HUAWEI Mate", "Redmi Note", "OPPO A", "iPhone", "vivo Y")[int(rng.integers(5))]
    device = f"{model} {sum(map(int, person.phone)) * 7919 % 65536:04X}"
    place = Place(f"{_ADDRESS} {room}", f"{latitude:.6f}", f"{longitude:.6f}")
    return CheckIn(at.replace(microsecond=0), person.name, person.id_number.digits, place, device)


def write_dossier(
    folder: Path,
    *,
    people: Sequence[SampleIdentity],
    hours: Sequence[ClassHour],
    checkins: Sequence[CheckIn],
    manifest: SampleManifest | None = None,
    form: CheckInForm = CheckInForm.PLAIN,
) -> None:
    """Everything but the recordings: 花名册, 课表, 打卡 and, where one is given, ``class.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_roster(folder / "花名册.xlsx", people)
    write_timetable(folder / "课表.xlsx", hours)
    if checkins:
        write_checkins(folder / "打卡.xlsx", checkins, form)
    if manifest:
        (folder / "class.toml").write_text(manifest.text(), encoding="utf-8")


def at_clock(day: str, clock: str) -> datetime:
    """A moment by the Chinese wall clock: ``2025-04-07`` and ``08:30``."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)
