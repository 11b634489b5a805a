"""The folders on disk, the wheel's list and the import contracts' list are one list."""

import ast
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.fixtures.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NOT_PRODUCT = {"tests", "benchmarks", "docs", "requirements"}
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def rooms() -> list[Path]:
    return [path for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists()]


def test_disk_wheel_and_contracts_name_the_same_packages() -> None:
    on_disk = {path.name for path in rooms()} - NOT_PRODUCT
    assert on_disk == set(WHEEL) == set(PROJECT["tool"]["importlinter"]["root_packages"])
    assert set(WHEEL) == set(PROJECT["tool"]["mypy"]["packages"])
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert {name.strip() for layer in layers for name in layer.split("|")} == set(WHEEL)


def test_no_dependency_owns_one_of_our_names() -> None:
    owners = {
        file.parts[0].removesuffix(".py"): distribution.metadata["Name"]
        for distribution in distributions()
        for file in distribution.files or ()
        if distribution.metadata["Name"] != "xueshi"
    }
    assert {name: owners[name] for name in WHEEL if name in owners} == {}


@pytest.mark.parametrize("name", WHEEL)
def test_every_package_says_in_one_sentence_what_it_is(name: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / name / "__init__.py").read_text("utf-8")))
    assert docstring
    assert docstring.endswith(".")


@pytest.mark.parametrize("name", WHEEL)
def test_no_package_is_an_empty_room(name: str) -> None:
    assert [path for path in (ROOT / name).rglob("*.py") if path.name != "__init__.py"]


def test_facts_import_the_standard_library_and_nothing_else() -> None:
    for path in (ROOT / "facts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            outside = [name for name in names if name.split(".")[0] not in {*sys.stdlib_module_names, "facts"}]
            assert not outside, f"{path.name} imports {outside}"


def test_requirements_hold_hashes_and_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text, f"{path.name} holds an address; run make lock"
    assert not (ROOT / "uv.lock").exists()


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for name in WHEEL
        for path in (ROOT / name).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert readers <= {"runtime/platform/clock.py"}


READS_ENVIRONMENT = {
    "runtime/platform/environment.py",  # the one place
    "storage/evidence_log/openssl.py",  # travels in every package beside verify.py, where nothing else of ours is
}


def test_only_one_place_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for name in WHEEL
        for path in (ROOT / name).rglob("*.py")
        if reads_environment(ast.parse(path.read_text("utf-8")))
    }
    assert readers == READS_ENVIRONMENT


@pytest.mark.parametrize(
    "line",
    [
        "import os\nos.environ['A']",
        "import os as o\no.getenv('A')",
        "from os import environ",
        "from os import getenv as g",
    ],
)
def test_every_way_to_read_the_environment_is_known(line: str) -> None:
    assert reads_environment(ast.parse(line))


def reads_environment(tree: ast.Module) -> bool:
    words = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    modules = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "os"
    }
    by_module = any(
        isinstance(node, ast.Attribute)
        and node.attr in words
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
        for node in ast.walk(tree)
    )
    by_name = any(
        isinstance(node, ast.ImportFrom) and node.module == "os" and any(alias.name in words for alias in node.names)
        for node in ast.walk(tree)
    )
    return by_module or by_name
