"""The one file that travels in a package consists of many modules, and must read as one."""

import ast
from collections import Counter
from collections.abc import Iterator

from storage.sealing.standalone import verify_py


def top_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name))


def imported(tree: ast.Module) -> set[str]:
    return {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


def test_no_part_hides_a_name_of_another_and_nothing_of_this_program_is_imported() -> None:
    tree = ast.parse(verify_py(), feature_version=(3, 9))
    assert [name for name, count in Counter(top_names(tree)).items() if count > 1] == []
    assert {name for name in imported(tree) if name.startswith(("storage", "facts", "runtime"))} == set()
