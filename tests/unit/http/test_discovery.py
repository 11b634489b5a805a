"""Whatever lies in a subject's folder is found: its pages with their guards, and its templates."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import api
from api.http.discovery import page_modules
from api.http.render import environment
from api.http.route_guards import guarded_routes
from tests.fixtures.paths import ROOT

HOME = Path(api.__path__[0])
FILES = sorted(
    {*HOME.glob("*/pages.py"), *HOME.glob("*/pages/*.py"), *HOME.glob("*/routes.py"), *HOME.glob("*/routes/*.py")}
)
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in FILES
    if re.search(r"^router = ", path.read_text("utf-8"), re.MULTILINE)
]
TEMPLATES = sorted(HOME.glob("*/templates/*.html.j2"))
_NAMED = re.compile(r"""["']((?:\w+/)?\w+\.html\.j2)["']""")


def template_name(path: Path) -> str:
    """By which name pages draw it."""
    subject = path.parent.parent.name
    return path.name if subject == "http" else f"{subject}/{path.name}"


def test_every_subject_that_has_pages_is_looked_at() -> None:
    assert len(MODULES) > 40
    assert {name.split(".")[1] for name in MODULES} >= {"accounts", "claims", "evidence_log", "notifications", "policy"}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_pages_or_routes_is_found_and_each_of_its_addresses_has_one_guard(name: str) -> None:
    assert name in {module.__name__ for module in page_modules()}
    router = import_module(name).router
    guards = {(one.method, one.path): one.guards for one in guarded_routes()}
    own = [(method, route.path) for route in router.routes for method in route.methods]
    assert own
    assert {address: len(guards[address]) for address in own} == dict.fromkeys(own, 1)


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_a_template_compiles_under_the_name_of_its_subject(path: Path) -> None:
    assert environment().get_template(template_name(path)).filename == str(path)


def test_every_subject_with_templates_is_looked_at() -> None:
    assert {path.parent.parent for path in TEMPLATES} == {path.parent for path in HOME.glob("*/templates")}


def test_every_template_that_pages_or_other_templates_name_is_there_and_every_one_there_is_named() -> None:
    sources = [*HOME.rglob("*.py"), *HOME.rglob("*.j2")]
    named = {name for path in sources for name in _NAMED.findall(path.read_text("utf-8"))}
    assert named == {template_name(path) for path in TEMPLATES}
