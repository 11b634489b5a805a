"""What an institution writes down of a class when it opens one, and what it may correct, with every fault at once."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from facts.counting import counted
from facts.refusals import Refusal, refuse, stands
from facts.text import Text
from policy.shelf import Shelf, packaged
from runtime.accounts.caller import Caller
from runtime.accounts.names import AREA_ENDS, area_fault
from runtime.accounts.reach import class_for, own_institution
from storage.database.classes.classes import ClassRow, add_class, change_class, classes
from storage.database.tables.classes import CLASSES

CODE = r"[\w.-]+"
MOST_LINE_CHARS, MOST_WORD_CHARS = 200, 100
MOST_CHARS: Mapping[str, int] = dict.fromkeys(
    ("name", "programme", "locality", "occupation", "group"), MOST_LINE_CHARS
) | dict.fromkeys(("code", "level", "policy"), MOST_WORD_CHARS)
FIXED = frozenset({"code", "locality"})  # what it is known by and what its law goes by: never corrected


def texts_of(owner: ClassRow) -> dict[str, str]:
    """What the class says of itself, by the names of ``MOST_CHARS``."""
    return {name: getattr(owner, _column(name)) for name in MOST_CHARS}


def make_class(
    connection: Connection, caller: Caller, texts: Mapping[str, str], at: datetime, *, by_form: Shelf | None = None
) -> ClassRow:
    """A new class of the caller's institution, at its place unless another is given.

    A person at a form must give more than a program, which may add it later: see ``form_refusals``;
    ``by_form`` are the documents that the form offers.
    """
    owner = own_institution(connection, caller)
    refusals = list(form_refusals(texts, by_form)) if by_form else []
    if all(one.where != "code" for one in refusals):
        refusals += _taken(connection, owner.id, texts["code"])
    refuse(refusals)
    given = {_column(name): text for name, text in texts.items()}
    return add_class(connection, owner.id, at, **given | {"locality": texts["locality"] or owner.locality})


def correct_class(
    connection: Connection, caller: Caller, number: int, texts: Mapping[str, str], *, by_form: Shelf | None = None
) -> ClassRow:
    """The class with other words; verdicts that were made stay as they were made."""
    class_for(connection, caller, number)
    open_texts = {name: text for name, text in texts.items() if name not in FIXED}
    refuse(list(form_refusals(open_texts, by_form)) if by_form else [])
    change_class(connection, number, **{_column(name): text for name, text in open_texts.items()})
    return class_for(connection, caller, number)


def form_refusals(texts: Mapping[str, str], shelf: Shelf | None = None) -> Iterator[Refusal]:
    """Whatever a clerk should type otherwise, at most one reason for each kind of fault; only what is given is looked at."""
    # 1. Every text: as long as its column allows, and visible.
    for name, text in texts.items():
        most = MOST_CHARS[name]
        if len(text) > most:
            said = Text(f"最多 {most} 个字", f"at most {counted(most, 'character')}")
            yield Refusal(name, said, counted(len(text), "character"), f"at most {most}")
        elif not text.isprintable():
            said = Text("含有不可见的字符，请重新输入", "there are invisible characters; type it again")
            yield Refusal(name, said, "invisible characters", "characters that can be seen")
    # 2. The code, by which files, lists and people name the class.
    if "code" in texts:
        yield from _code_refusals(texts["code"])
    # 3. The name, which reports and lists show.
    if "name" in texts and not texts["name"]:
        said = Text("请写班名，报告和待办里用它", "give a name; reports and lists use it")
        yield Refusal("name", said, "nothing", "a name")
    # 4. The place, whose law governs the class.
    if wanted := area_fault(texts.get("locality")):
        ends = "、".join(AREA_ENDS)
        said = Text(f"地点应写全名，以 {ends} 结尾", f"the whole name of a place, ending in {ends}")
        yield Refusal("locality", said, repr(texts["locality"][:40]), wanted)
    # 5. The document, where the authority has named one.
    if texts.get("policy") and texts["policy"] not in {book.id for book in (shelf or packaged()).books}:
        said = Text("没有这份政策文件，请重新选择", "there is no such document; choose again")
        yield Refusal("policy", said, repr(texts["policy"][:40]), "a document of xueshi policy list")


def _code_refusals(code: str) -> Iterator[Refusal]:
    if not code:
        said = Text("请写编号，例如 2025-04-JZ1", "give a code such as 2025-04-JZ1")
        yield Refusal("code", said, "nothing", "a code")
    elif not re.fullmatch(CODE, code):
        wanted = "编号只能用文字、字母、数字和 . _ -，不能有空格"
        said = Text(wanted, "letters, digits and . _ - only, no blanks")
        yield Refusal("code", said, repr(code[:40]), "letters, digits and . _ -")


def _taken(connection: Connection, institution_id: int, code: str) -> Iterator[Refusal]:
    if classes(connection, CLASSES.c.institution_id == institution_id, CLASSES.c.code == code):
        said = Text("本机构已有这个编号的班", "the institution has a class of this code")
        yield stands("code", said, f"the code {code}", "a code that no class of the institution has")


def _column(name: str) -> str:
    return "trainee_group" if name == "group" else name
