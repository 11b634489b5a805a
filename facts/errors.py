"""Error families, by who must act.

XueshiError
├── InputError          the evidence or a table is wrong: the clerk corrects the file
│   └── FaultsError     several of them, reported at once
├── RulebookError       a rulebook is wrong: its author corrects the TOML
├── RefusalError        what was asked for may not be done; says why in both languages, and under which code
│   ├── NotFoundError       not there, or not within the asker's reach: the asker looks elsewhere
│   ├── ConflictError       something that is there already stands against it: the asker changes that first
│   ├── ForbiddenError      it is another person's to do, or a reason is missing
│   ├── TooLargeError       more than there is room for
│   ├── TooManyError        asked too often: the asker waits
│   ├── WrongDigestError    not the bytes that were announced: the sender sends them again
│   ├── MissingKeyError     no signing key yet: the operator makes one
│   └── RefusalsError       several reasons at once (``facts/refusals.py``)
├── SetupError          this installation lacks something: the operator acts
└── InternalError       a defect of this program: its developers act
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from facts.counting import counted
from facts.text import Text


class XueshiError(Exception):
    """The root of everything this program raises on purpose; ``zh`` is its sentence in Chinese where people meet it first."""

    zh = ""

    def in_chinese(self, sentence: str) -> Self:
        """The same error, which a command then tells in the user's language."""
        self.zh = sentence
        return self


class InputError(XueshiError):
    """Something handed in cannot be what it claims to be."""


class RulebookError(XueshiError):
    """A rulebook contradicts itself, its schema or its source."""


class SetupError(XueshiError):
    """This machine lacks something that the command needs."""


class InternalError(XueshiError):
    """A defect of this program, never of the evidence."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where, what was got, what was expected, what to do."""

    where: str
    got: str
    expected: str
    remedy: str = ""

    def __str__(self) -> str:
        tail = f"; {self.remedy}" if self.remedy else ""
        return f"{self.where}: got {self.got}, expected {self.expected}{tail}"


class FaultsError(InputError):
    """Every fault of one input at once, so that it is mended in one go."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class RefusalError(XueshiError):
    """What was asked for may not be done; the texts tell as much as the asker may know."""

    def __init__(
        self,
        code: str,
        title: Text,
        *,
        got: str = "",
        expected: str = "",
        remedy: str = "",
        faults: Iterable[Fault] = (),
    ) -> None:
        self.code, self.title, self.got, self.expected, self.remedy = code, title, got, expected, remedy
        self.faults = tuple(faults)
        told = [f"got {got}"] * bool(got) + [f"expected {expected}"] * bool(expected)
        tail = f"; {remedy}" if remedy else ""
        super().__init__(f"{title.zh} {title.en}" + (f" ({', '.join(told)}{tail})" if told or tail else ""))


class NotFoundError(RefusalError):
    """Not there, or not for the asker: nobody learns which."""

    def __init__(self, zh: str = "内容", en: str = "thing") -> None:
        title = Text(f"没有这个{zh}，或不在您的权限范围内", f"no such {en}, or not within your reach")
        super().__init__("NOT_FOUND", title, expected=f"a {en} that you may see", remedy="check the address")


class ConflictError(RefusalError):
    """Something that is there already stands against it."""

    def __init__(self, got: str, expected: str, remedy: str = "") -> None:
        title = Text("与已有的内容冲突", "something that is there already stands against it")
        super().__init__("CONFLICT", title, got=got, expected=expected, remedy=remedy)


class ForbiddenError(RefusalError):
    """It is another person's to do, or this person has yet to say why."""


class TooLargeError(RefusalError):
    """More than there is room for, or nothing at all."""


class TooManyError(RefusalError):
    """Asked too often; ``wait_s`` says when to come back."""

    def __init__(self, wait: timedelta) -> None:
        self.wait_s = max(int(wait.total_seconds()) + 1, 1)
        zh, en = (
            f"请求过于频繁，请在 {self.wait_s} 秒后再试",
            f"too many requests; try again in {counted(self.wait_s, 'second')}",
        )
        super().__init__("TOO_MANY", Text(zh, en), expected="fewer requests")


class WrongDigestError(RefusalError):
    """Other bytes than were announced."""

    def __init__(self, got: str, expected: str) -> None:
        title = Text("文件内容与声明的摘要不符，请重新上传", "not the bytes that were announced; upload them again")
        super().__init__("WRONG_DIGEST", title, got=got, expected=expected)


class MissingKeyError(RefusalError):
    """This machine has no key that the log could be signed with."""

    def __init__(self) -> None:
        title = Text(
            "本机还没有签名密钥，无法记入日志；请运维运行 xueshi keys init",
            "no signing key yet; let the operator run xueshi keys init",
        )
        super().__init__("NO_KEY", title, got="no signing key", expected="one (xueshi keys init)")
