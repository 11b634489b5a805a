"""What a form is made of: fields, the sheets that hold them, and the words that a choice may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLE, FILLED_IN, EXPLAINED = "示例", "填写", "说明"
LISTS = "选项"  # the sheet with what may be chosen


class FieldKind(StrEnum):
    """What a field holds, and so how its cell is read and formatted."""

    TEXT = "text"
    NAME = "name"
    ID = "id"
    USCC = "uscc"
    ACCOUNT = "account"
    MONEY = "money"
    DAY = "day"
    COUNT = "count"
    TRUTH = "truth"
    CHOICE = "choice"


# What Excel would spoil were the column not text: long digits and leading zeros.
AS_TEXT = frozenset({FieldKind.ID, FieldKind.USCC, FieldKind.ACCOUNT, FieldKind.TEXT, FieldKind.NAME})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a claim may state: its name in JSON, its words on the form, and other words people use for it."""

    name: str
    zh: str
    en: str
    kind: FieldKind = FieldKind.TEXT
    words: str = ""
    help_zh: str = ""
    help_en: str = ""
    required: bool = False
    choices: str = ""
    example: str = ""
    programmes: tuple[str, ...] = ()

    def asked_of(self, programme: str) -> bool:
        """Whether the template of this programme has the column."""
        return not self.programmes or not programme or programme in self.programmes


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the form: its name in JSON, its title, the words that other people's sheets are called by."""

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    titles: str
    help_zh: str
    help_en: str
    needed: bool = False

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(each for each in self.fields if each.name == name)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the rulebooks know, handed in because readers know no law; papers are those of the programme.

    ``spellings`` are further words that a choice may hold and that whoever judges understands.
    """

    programmes: tuple[str, ...]
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    events: Mapping[str, str]
    policies: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def choices(self, name: str) -> tuple[str, ...]:
        """The words that a field of this choice may hold."""
        own = {
            "programme": self.programmes,
            "group": self.groups,
            "level": self.levels,
            "event": tuple(self.events.values()),
            "policy": self.policies,
            **OWN_CHOICES,
            **self.more,
        }
        return own[name]


OWN_CHOICES: Mapping[str, tuple[str, ...]] = {
    "truth": ("是", "否"),
    "settlement": ("一次性结算", "分段结算"),
    "claimant": ("培训机构", "评价机构", "企业", "院校", "个人"),
    "registry": ("目录", "系统记录", "整改处置", "声明"),
    "proof": ("劳动合同", "就业协议", "工资发放证明", "社保缴纳证明"),
    "account_kind": ("社会保障卡", "银行卡", "基本账户", "其他账户"),
    "pension_kind": ("城镇职工基本养老金", "城乡居民基本养老金"),
    "act": ("申请", "批准", "审查签字", "公示"),
}
