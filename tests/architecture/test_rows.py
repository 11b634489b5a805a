"""No row of the database becomes a record by the places of its columns: two texts could change places in silence."""

import ast
from collections.abc import Iterator

import pytest

from tests.fixtures.paths import ROOT

READERS = ("storage", "runtime", "api")
ROWS = frozenset({"row", "rows", "found", "entry", "line", "record"})
ALLOWED = {
    "storage/database/record.py": "takes the values in the order of the fields, after it compared the names",
}


def by_place(tree: ast.AST) -> Iterator[int]:
    """The lines where something is made from a row's places: ``Record(*row)``, ``Record(row[0], …)``, ``*row[1:]``."""
    rows = ROWS | _names_of_rows(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_class(node.func):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            starred = [one.value for one in given if isinstance(one, ast.Starred)]
            if any(
                _root(one) in rows or "execute" in _attributes(one) for one in (*starred, *filter(_is_place, given))
            ):
                yield node.lineno


def _names_of_rows(tree: ast.AST) -> frozenset[str]:
    """What ``….execute(…)`` is assigned to or looped over as, whatever it is called."""
    bound: list[tuple[ast.expr, ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            bound.append((node.target, node.iter))
        elif isinstance(node, ast.NamedExpr):
            bound.append((node.target, node.value))
        elif isinstance(node, ast.Assign):
            bound += [(target, node.value) for target in node.targets]
    return frozenset(name.id for name, of in bound if isinstance(name, ast.Name) and "execute" in _attributes(of))


def _attributes(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _is_class(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name.lstrip("_")[:1].isupper()


def _is_place(given: ast.expr) -> bool:
    """Whether it is ``row[3]`` or ``row[-1]``; ``row["name"]`` says what it takes."""
    if not isinstance(given, ast.Subscript):
        return False
    number = given.slice.operand if isinstance(given.slice, ast.UnaryOp) else given.slice
    return isinstance(number, ast.Constant) and isinstance(number.value, int)


def _root(given: ast.expr) -> str:
    """``row`` of ``row``, ``row[1:]``, ``tuple(row)``, ``row.values()``."""
    while isinstance(given, ast.Subscript | ast.Attribute | ast.Call):
        if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
            given = given.args[0] if given.args else given.func
        else:
            given = given.func if isinstance(given, ast.Call) else given.value
    return given.id if isinstance(given, ast.Name) else ""


def test_no_record_is_made_from_the_places_of_a_row() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for package in READERS
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.relative_to(ROOT).as_posix() not in ALLOWED
        for line in by_place(ast.parse(path.read_text("utf-8")))
    ]
    assert found == [], "use columns_for, record_of and records_of of storage/database/record.py, or fields by name"


def test_what_is_allowed_is_there() -> None:
    assert [name for name in ALLOWED if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    "text",
    [
        "ClaimRow(*row)",
        "tuple(HourRow(*row[3:]) for row in rows)",
        "PackageRow(row[0], made)",
        "rows.Delivery(*row[: len(_DELIVERY)])",
        "OpenHour(loads(ClassHour, body), row[-1])",
        "Past(*tuple(row))",
        "Past(number=row[0])",
        "[_Past(*each) for each in connection.execute(query)]",
        "for one in connection.execute(query).mappings(): Past(*one.values())",
        "ApiKey(*connection.execute(made).one())",
        "made = connection.execute(query); Identity(*made.one())",
    ],
)
def test_it_is_seen_in_each_of_its_forms(text: str) -> None:
    assert [*by_place(ast.parse(text))] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "Past(**row)",
        'Past(id=row["id"], name=row.name)',
        "replace(found, notes=(*found.notes, note))",
        "Fraction(*pair)",
        "names(*row)",
        "[Past(*each) for each in lines]",
    ],
)
def test_what_goes_by_name_or_is_no_row_is_let_be(text: str) -> None:
    assert [*by_place(ast.parse(text))] == []
