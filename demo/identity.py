from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from facts.course import Trainee
from facts.id_number import IdNumber, Sex, check_digit

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN_F = [
    "秀兰",
    "桂英",
    "玉梅",
    "春花",
    "丽华",
    "红霞",
    "雪琴",
    "小燕",
    "婷婷",
    "佳慧",
    "晓芳",
    "美玲",
    "淑珍",
    "海燕",
    "冬梅",
    "雅静",
    "文娟",
    "慧敏",
    "月娥",
    "彩云",
]
_GIVEN_M = [
    "建国",
    "志强",
    "国庆",
    "永胜",
    "海波",
    "俊杰",
    "文斌",
    "晓东",
    "立新",
    "成林",
    "大勇",
    "少华",
    "春生",
    "振宇",
    "宏伟",
    "家明",
    "学文",
    "德胜",
    "金龙",
    "长青",
]
# No county has a code that begins with 99, and no operator numbers that begin with 120: nobody owns these.
_REGION = "99"
_PHONE_PREFIX = "120"
_YOUNGEST, _OLDEST = 20, 58
_CLASS_YEAR = 2025


@dataclass(frozen=True, slots=True, repr=False)
class SampleIdentity:
    """A made-up trainee: the ID number passes GB 11643's check and its region exists nowhere."""

    name: str
    id_number: IdNumber
    phone: str

    @property
    def sex_zh(self) -> str:
        """As forms print it."""
        return "男" if self.id_number.sex is Sex.MALE else "女"

    def trainee(self) -> Trainee:
        """The same person as a line of a roster that has been read."""
        return Trainee(self.id_number.digits, self.name, self.id_number, self.phone)

    def __repr__(self) -> str:
        return f"SampleIdentity({self.id_number!r})"

    __str__ = __repr__


def identities(count: int, seed: int = 1) -> tuple[SampleIdentity, ...]:
    """So many made-up people, all names and numbers different, always the same for one seed."""
    rng = np.random.default_rng([seed, 41])
    made: dict[str, SampleIdentity] = {}
    while len(made) < count:
        person = _one(rng)
        made.setdefault(person.name, person)
    return tuple(made.values())


def identity(number: int, seed: int = 1) -> SampleIdentity:
    """The made-up person of that number, counted from 0."""
    return identities(number + 1, seed)[number]


def _one(rng: np.random.Generator) -> SampleIdentity:
    male = int(rng.random() < 0.35)  # noqa: PLR2004 - domestic service classes are mostly women
    surname = _SURNAMES[int(rng.integers(len(_SURNAMES)))]
    given = (_GIVEN_M if male else _GIVEN_F)[int(rng.integers(len(_GIVEN_F)))]
    born = date(_CLASS_YEAR - int(rng.integers(_YOUNGEST, _OLDEST)), 1, 1) + timedelta(int(rng.integers(365)))
    order = 2 * int(rng.integers(500)) + male
    first = f"{_REGION}{int(rng.integers(1, 9999)):04}{born:%Y%m%d}{order:03}"
    phone = f"{_PHONE_PREFIX}{int(rng.integers(10**8)):08}"
    return SampleIdentity(surname + given, IdNumber(first + check_digit(first)), phone)
