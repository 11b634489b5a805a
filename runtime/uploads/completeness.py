"""How complete a class's material is, in the clerk's words: what is there, what is missing, what cannot be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from facts.span import local_day
from facts.text import Text
from ingest.tables.column_questions import ColumnQuestion
from pipeline.accounts.rights import Action
from policy.gaps import NoRulebook
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.uploads.completeness_lines import CompletenessLine, completeness_lines
from runtime.uploads.file_bindings import Binding, bindings_of_class
from runtime.uploads.readiness import ReadBy, Readiness, readiness
from runtime.uploads.strays import recorded_folder, strays_of
from runtime.verification.queue import VERIFY
from storage.database.classes.classes import ClassRow, FileRow, files
from storage.database.classes.settings import newest_settings
from storage.database.column_names import ColumnName, column_names
from storage.database.jobs import Job, JobState, jobs
from storage.database.tables.classes import FILES
from storage.database.tables.jobs import JOBS

_NAMED = 6
TABLE_SUFFIXES = (".xlsx", ".xls", ".csv", ".txt")


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """One file as the page lists it; ``binding`` says why it must stay, ``aside`` why it counts for nothing.

    ``damage`` says why a recording cannot be read.
    """

    file: FileRow
    binding: Binding | None
    twin: str
    aside: str = ""
    damage: Text | None = None

    @property
    def may_be_left(self) -> bool:
        """Whether the institution may set it aside: a list, or a recording that nobody can read."""
        table = self.file.role != "recording" and self.file.name.lower().endswith(TABLE_SUFFIXES)
        return table or self.damage is not None


@dataclass(frozen=True, slots=True)
class Completeness:
    """The material of one class and its verification."""

    files: tuple[MaterialFile, ...]
    lines: tuple[CompletenessLine, ...]
    faults: tuple[Text, ...]
    job: Job | None
    fresh: bool
    nameless: int = 0
    questions: tuple[ColumnQuestion, ...] = ()
    known_columns: tuple[ColumnName, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, as far as names and lists tell."""
        return (
            bool(self.lines)
            and not any(line.mark in {"○", "!"} for line in self.lines)
            and not (self.faults or self.questions)
        )

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The reasons why files must stay, each once."""
        return tuple(dict.fromkeys(one.binding for one in self.files if one.binding))

    @property
    def live(self) -> bool:
        """Whether a verification is asked for and not over."""
        return self.job is not None and self.job.state in {JobState.WAITING, JobState.RUNNING}


def completeness_of(service: Service, connection: Connection, caller: Caller, owner: ClassRow) -> Completeness:
    """Everything the page says of the class; nobody who may not see a roster learns its numbers here."""
    home, own = service.settings.home, files(connection, FILES.c.class_id == owner.id)
    asked = jobs(connection, JOBS.c.class_id == owner.id, JOBS.c.kind == VERIFY)
    settings = newest_settings(connection, owner.id).settings
    known = column_names(connection, owner.institution_id)
    found = readiness(recorded_folder(service.engine, home, owner.id), own, ReadBy(settings, known))
    bindings, seen = bindings_of_class(connection, owner), dict[str, str]()
    shown = [
        MaterialFile(
            one,
            bindings.binding(one, caller.key),
            seen.setdefault(one.sha256, one.name),
            settings.reason_against(one.name),
            found.damage_of(one.name) if one.role == "recording" else None,
        )
        for one in own
    ]
    job = asked[-1] if asked else None
    fresh = bool(own) and (job is None or max(one.added_at for one in own) > job.made_at)
    lines = _lines(found, shown) if own and caller.may(Action.PERSON_READ) else ()
    if lines:
        lines = (*lines, *_law_line(service, owner, found))
    lines = (*lines, *_stray_line(strays_of(service.engine, home, owner.id)))
    asked_of = found.questions if caller.may(Action.PERSON_READ) else ()
    return Completeness(tuple(shown), lines, found.faults, job, fresh, found.nameless, asked_of, known)


def _stray_line(names: Sequence[str]) -> Iterator[CompletenessLine]:
    if names:
        shown, etc = names[:_NAMED], " …" if len(names) > _NAMED else ""
        zh = f"{len(names)} 个没有登记的文件已移出本班，不作依据：{'、'.join(shown)}{etc}；如需采用请重新上传"
        en = f"files on no record were set aside and are read for nothing: {', '.join(shown)}{etc}; hand them in anew"
        yield CompletenessLine("–", Text(zh, en))


def _law_line(service: Service, owner: ClassRow, found: Readiness) -> Iterator[CompletenessLine]:
    """However complete the material is, without a document in force nothing of it can be judged."""
    today = local_day(service.clock())
    first = found.days[0] if found.days else today
    shelf = shelf_of(service)
    named = owner.policy if shelf.knows(owner.policy) else ""
    choice = shelf.choose(owner.locality, first, today, policy=named)
    if isinstance(choice, NoRulebook):
        yield CompletenessLine("○", choice.text)


def _lines(found: Readiness, shown: Sequence[MaterialFile]) -> tuple[CompletenessLine, ...]:
    used = [one.file for one in shown if not one.aside]
    return tuple(completeness_lines(found, used, [one.file.name for one in shown if one.aside]))
