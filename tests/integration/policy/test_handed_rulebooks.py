"""Whose rulebook may take whose place: an id stays its document's, and two people of every place concerned speak for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from policy.shelf import packaged
from runtime.policy.shelf import shelf_of
from tests.fixtures.county_rulebook import COUNTY, county_text
from tests.fixtures.databases import sqlite_database
from tests.fixtures.rulebooks import renamed, sealed_text
from tests.fixtures.service import Running, running, settings_at

LVLIANG, YANGQUAN, PINGDING = "山西省吕梁市", "山西省阳泉市", "山西省阳泉市平定县"
NOW = {"issued": "2026-01-01", "first": "2026-01-01", "last": "2028-12-31"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        yield found


def hand_in(found: Running, text: str, area: str = YANGQUAN, days: int = 0) -> httpx.Response:
    effective = (found.clock() + timedelta(days=days, hours=8)).date().isoformat()
    with found.as_(Role.REVIEWER, area=area) as person:
        sent = {"file": ("book.toml", text.encode(), "application/toml")}
        return person.post("/policy-hand-in", files=sent, data={"effective": effective}, follow_redirects=False)


def sign(found: Running, handed: httpx.Response, area: str = YANGQUAN) -> httpx.Response:
    assert handed.status_code == 303, handed.text
    with found.as_(Role.INSPECTOR, area=area) as person:
        return person.post(f"{handed.headers['location']}/sign", follow_redirects=False)


def linxian(book_id: str, *, issuer: str, places: str, level: str = "county", version: str = "9") -> str:
    """Linxian's words under an id, from whoever says to have issued it."""
    text = renamed(book_id, "XX", places=f'["{places}"]', issuer=issuer, level=level, **NOW)
    return sealed_text(text.replace(f'id = "{book_id}"', f'id = "{book_id}"\nversion = "{version}"', 1))


def test_an_id_of_another_area_is_not_taken_over(served: Running) -> None:
    before = shelf_of(served.service).book("linxian-2023")
    answer = hand_in(served, linxian("linxian-2023", issuer=before.issuer, places="山西省/阳泉市/平定县"))
    assert answer.status_code == 422
    for words in ("a place of version 1", "in the place of linxian-2023", "山西省/吕梁市/临县"):
        assert words in answer.text
    assert shelf_of(served.service).book("linxian-2023") == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"issuer": "临县财政局"}, "whose document has this id"),
        ({"level": "city", "places": "山西省/吕梁市/临县"}, "county, as version 1 says"),
        ({"places": "山西省/吕梁市/石楼县"}, "a place of version 1: 山西省/吕梁市/临县"),
    ],
)
def test_a_version_is_the_same_document_s(served: Running, change: dict[str, str], words: str) -> None:
    issuer = packaged().book("linxian-2023").issuer
    given = {"issuer": issuer, "places": "山西省/吕梁市/临县"} | change
    answer = hand_in(served, linxian("linxian-2023", **given), area=LVLIANG)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_document_without_a_place_has_no_further_version(served: Running) -> None:
    issuer = packaged().book("sx-unnamed-2023").issuer
    answer = hand_in(served, linxian("sx-unnamed-2023", issuer=issuer, places="山西省/阳泉市/平定县"))
    assert "a place of version 1: no place" in answer.text


def test_the_same_document_s_next_version_is_taken_from_its_own_authority(served: Running) -> None:
    before = packaged().book("linxian-2023")
    text = linxian("linxian-2023", issuer=before.issuer, places="山西省/吕梁市/临县")
    assert sign(served, hand_in(served, text, area=LVLIANG), area=LVLIANG).status_code == 303
    assert shelf_of(served.service).book("linxian-2023").version == "9"


def test_whose_area_it_is_is_asked_again_when_it_is_signed(served: Running) -> None:
    handed = hand_in(served, county_text())
    assert sign(served, handed, area=LVLIANG).status_code == 403
    assert COUNTY not in {book.id for book in shelf_of(served.service).books}
    with served.as_(Role.INSPECTOR, area=LVLIANG) as other:
        assert "待复签" not in other.get("/").text
        assert "我已核对原文" not in other.get(handed.headers["location"]).text
    assert sign(served, handed).status_code == 303


def test_an_id_that_another_area_took_meanwhile_is_not_taken_over_by_the_signature(served: Running) -> None:
    own = {"issuer": "平定县人力资源和社会保障局", "places": "山西省/阳泉市/平定县"}
    theirs = {"issuer": "临县人力资源和社会保障局", "places": "山西省/吕梁市/临县"}
    first = hand_in(served, linxian("new-2026", **own, version="1"))
    second = hand_in(served, linxian("new-2026", **theirs, version="2"), area=LVLIANG)
    assert sign(served, first).status_code == 303
    refused = sign(served, second, area=LVLIANG)
    assert refused.status_code == 403
    assert shelf_of(served.service).book("new-2026").version == "1"


def test_a_county_s_people_put_no_city_s_document_aside_by_calling_theirs_the_city_s(served: Running) -> None:
    city = sealed_text(renamed("yangquan-2026", "YR", places='["山西省/阳泉市"]', **NOW))
    assert sign(served, hand_in(served, city)).status_code == 303
    over = {**NOW, "issued": "2026-02-01"}
    text = renamed(
        "county-2026", "CC", places='["山西省/阳泉市/平定县"]', replaces="earlier = true", level="city", **over
    )
    answer = hand_in(served, sealed_text(text), area=PINGDING)
    assert answer.status_code == 422
    assert "in the place of yangquan-2026" in answer.text
    assert hand_in(served, sealed_text(text)).status_code == 303


def test_a_step_that_is_invented_is_no_place_of_one_s_own(served: Running) -> None:
    for path in ("山西省阳泉市/太原市", "山西省/阳泉市太原市", "山西省/阳泉市/太原市小店区"):
        text = county_text().replace("山西省/阳泉市/汇东县", path)
        answer = hand_in(served, text)
        assert answer.status_code == 422, path
        assert "each division as a step" in answer.text


def test_what_clashes_with_a_rulebook_signed_meanwhile_is_not_signed(served: Running) -> None:
    own = {"issuer": "平定县人力资源和社会保障局", "places": "山西省/阳泉市/平定县"}
    first = hand_in(served, linxian("first-2026", **own))
    second = hand_in(served, linxian("second-2026", **own))
    assert sign(served, first).status_code == 303
    refused = sign(served, second)
    assert refused.status_code == 409
    assert "first-2026" in refused.text
    assert "second-2026" not in {book.id for book in shelf_of(served.service).books}


def test_a_clash_on_a_later_day_is_told_when_it_is_handed_in(served: Running) -> None:
    own = {"issuer": "平定县人力资源和社会保障局", "places": "山西省/阳泉市/平定县"}
    assert sign(served, hand_in(served, linxian("later-2026", **own), days=9)).status_code == 303
    answer = hand_in(served, linxian("now-2026", **own))
    assert answer.status_code == 422
    assert "an id that later-2026 has too" in answer.text


def test_a_document_that_names_what_it_replaces_is_taken_in(served: Running) -> None:
    text = renamed(
        "yangquan-2026", "YR", places='["山西省/阳泉市"]', replaces='books = ["yangquan-2024"]',
        issued="2026-01-01", first="2026-01-01", last="2028-12-31",
    )  # fmt: skip
    assert sign(served, hand_in(served, sealed_text(text))).status_code == 303
    assert shelf_of(served.service).book("yangquan-2026").replaces
