"""Columns that nobody could guess, answered in the console once and remembered for the whole institution."""

from collections.abc import Iterable, Mapping

from facts.errors import InputError, NotFoundError
from ingest.tables.column_questions import ColumnQuestion
from ingest.tables.synonyms import COLUMNS, TableRole
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.platform.service import Service
from runtime.verification.queue import ask_verification
from storage.database.column_names import ColumnAnswer, ColumnName, forget_column, learn_columns
from storage.database.connection import writing
from storage.database.roll_call import rolls


def columns_of(known: Iterable[ColumnName]) -> Mapping[TableRole, Mapping[str, tuple[str, ...]]]:
    """The answers as the reader of tables wants them; what a later version has dropped is left out."""
    found: dict[TableRole, dict[str, tuple[str, ...]]] = {}
    for one in known:
        if one.role in set(TableRole) and one.field in COLUMNS[TableRole(one.role)]:
            own = found.setdefault(TableRole(one.role), {})
            own[one.field] = (*own.get(one.field, ()), one.header)
    return found


def answer_question(
    service: Service, caller: Caller, class_id: int, question: ColumnQuestion, headers: Mapping[str, str]
) -> None:
    """Remember which header stands over which field; the class is verified anew with it."""
    wrong = [name for name in question.missing if headers.get(name) not in question.headers]
    if wrong or len(set(headers.values())) < len(headers):
        raise InputError(
            f"columns of {question.where}: got no column, or one column twice, expected one for each field"
        )
    chosen = {name: headers[name] for name in question.missing}
    with writing(service.engine, "learning columns") as connection:
        owner = class_for(connection, caller, class_id)
        answer = ColumnAnswer(owner.institution_id, question.role.value, chosen, caller.key)
        at = service.clock()
        learn_columns(connection, service.log, answer, at)
        rolls.forget_roll(connection, owner.id)  # it was made without this table
        ask_verification(connection, owner, at)


def forget_answer(service: Service, caller: Caller, class_id: int, number: int) -> None:
    """The institution's answer no longer counts; the class is verified anew without it."""
    with writing(service.engine, "forgetting a column") as connection:
        owner = class_for(connection, caller, class_id)
        at = service.clock()
        if forget_column(connection, service.log, owner.institution_id, number, at) is None:
            raise NotFoundError("列名", "column name")
        rolls.forget_roll(connection, owner.id)
        ask_verification(connection, owner, at)
