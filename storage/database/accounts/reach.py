"""Whose rows a caller may see, as a condition: one institution's, one area's, or none."""

from sqlalchemy import ColumnElement, Table, false

from storage.database.tables.accounts import INSTITUTIONS


def institutions_within(institution_id: int | None, area: str | None) -> ColumnElement[bool]:
    """The institutions in reach."""
    return _within(INSTITUTIONS.c.id, INSTITUTIONS.c.locality, institution_id, area)


def within(table: Table, institution_id: int | None, area: str | None) -> ColumnElement[bool]:
    """The rows in reach of a table that names its institution and its place."""
    return _within(table.c.institution_id, table.c.locality, institution_id, area)


def _within(
    institution: ColumnElement[int], locality: ColumnElement[str], institution_id: int | None, area: str | None
) -> ColumnElement[bool]:
    if institution_id is not None:
        return institution == institution_id
    return locality.startswith(area, autoescape=True) if area else false()
