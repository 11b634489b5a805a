"""Pages of a list, by a cursor that stays right while the list grows."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Table

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")

Cursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,15}$", description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]


class Page(BaseModel, Generic[Item]):
    """Some of a list; ``next`` is the cursor of the following page, absent on the last."""

    items: list[Item]
    next: str | None = None


def after_cursor(table: Table, cursor: str | None) -> list[ColumnElement[bool]]:
    """The condition for the rows behind the cursor."""
    return [table.c.id > int(cursor)] if cursor else []


def page(rows: Sequence[Row], limit: int, item: Callable[[Row], Item], number: Callable[[Row], int]) -> Page[Item]:
    """The page made of rows; they were read with one more than ``limit``, which shows whether another page follows."""
    shown = rows[:limit]
    following = str(number(shown[-1])) if len(rows) > limit and shown else None
    return Page[Item](items=[item(row) for row in shown], next=following)


def matching(*pairs: tuple[ColumnElement[object], object]) -> list[ColumnElement[bool]]:
    """The conditions for those filters that the request gave."""
    return [column == value for column, value in pairs if value is not None]
