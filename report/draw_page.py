"""The sheet of a draw to publish, and the inspectors' worklists, in the look of the report."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from report import palette
from report.jinja import templates
from report.pieces import say
from report.plain_text import clean


def draw_page(sheet: Mapping[str, Any], lang: str = "zh") -> str:
    """``draw.html``: what was drawn, from what, by which seed, and how anybody checks it; masked as the sheet is."""
    rows = rows_of(sheet)
    members = [
        {**stratum, "members": sum(entry["stratum"] == stratum["name"] for entry in sheet["classes"])}
        for stratum in sheet["rules"]["strata"]
    ]
    for one in members:
        one["drawn"] = sum(row["stratum"] == one["name"] for row in rows)
    return _render("draw.html.j2", lang, sheet=sheet, rows=rows, strata=members)


def worklist_page(sheet: Mapping[str, Any], names: Mapping[str, str], lang: str = "zh") -> str:
    """``worklist.html``: for every inspector the classes to visit, with room for findings; not for publication."""
    return _render("worklist.html.j2", lang, sheet=sheet, lists=worklists(sheet, names))


def rows_of(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The drawn classes with everything the list says of them and the inspectors' masked names."""
    classes = {entry["id"]: entry for entry in sheet["classes"]}
    people = {one["id"]: one for one in sheet["inspectors"]}
    return [
        {
            **clean(classes[entry["class"]]),
            "number": number,
            "people": [clean(people[one]) for one in entry["inspectors"]],
        }
        for number, entry in enumerate(sheet["drawn"], start=1)
    ]


def worklists(sheet: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each inspector who was drawn, with the classes in the order of their days."""
    rows = rows_of(sheet)
    return [
        {
            "id": one["id"],
            "name": clean(names.get(one["id"], one["name"])),
            "unit": clean(one["unit"]),
            "rows": _own(rows, one["id"], names),
        }
        for one in sheet["inspectors"]
        if any(one["id"] in entry["inspectors"] for entry in sheet["drawn"])
    ]


def _own(rows: Sequence[Mapping[str, Any]], person: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    own = [row for row in rows if any(one["id"] == person for one in row["people"])]
    others = [
        {**row, "others": [clean(names.get(one["id"], one["name"])) for one in row["people"] if one["id"] != person]}
        for row in own
    ]
    return sorted(others, key=lambda row: (row["day"] or "", row["number"]))


def _render(template: str, lang: str, **values: object) -> str:
    environment = templates("report")
    environment.globals["both"] = lambda zh, en: say({"zh": zh, "en": en})
    return environment.get_template(template).render(
        lang=lang,
        light=Markup(palette.variables(palette.LIGHT)),  # noqa: S704 - our own constants
        dark=Markup(palette.variables(palette.DARK)),  # noqa: S704 - our own constants
        **values,
    )
