"""A rulebook that cannot be used stops nobody but its own places, is named wherever people look, and has no stand-in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from facts.digest import Digest
from pipeline.accounts.rights import Role
from policy.gaps import Gap, NoRulebook
from policy.shelf import RulebookInForce, packaged
from runtime.platform.worker import Worker
from runtime.policy.shelf import shelf_of
from storage.database.connection import reading, sqlite_address, writing
from storage.database.rulebooks import RulebookText, keep_rulebook, sign_rulebook
from storage.database.tables.verification import VERDICTS
from tests.fixtures.county_rulebook import COUNTY, county_folder, county_text
from tests.fixtures.databases import sqlite_database
from tests.fixtures.folders import xueshi
from tests.fixtures.rulebooks import renamed, sealed_text
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.table_folder import table_folder
from tests.fixtures.tus import uploaded

TODAY = date(2026, 11, 21)
HERE, PINGDING = "山西省阳泉市汇东县", "山西省/阳泉市/平定县"
NOW = {"issued": "2026-01-01", "first": "2026-01-01", "last": "2028-12-31"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        yield found


def keep(found: Running, book_id: str, text: str, version: str = "1") -> None:
    """A row as an earlier version of the service kept and two people signed it."""
    at = found.clock()
    new = RulebookText(book_id, version, Digest.of(text.encode()).sha256, text, TODAY)
    with writing(found.service.engine, "test") as connection:
        row = keep_rulebook(connection, new, "account:1", at, 0)
        sign_rulebook(connection, row.id, "account:2", at, 0)


def work(found: Running) -> None:
    worker = Worker(found.service.engine, found.service.settings, found.clock)
    while worker.step():
        pass


def city_of_today() -> str:
    return sealed_text(renamed("yangquan-2026", "YR", places='["山西省/阳泉市"]', **NOW))


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_used(served: Running) -> None:
    keep(served, "yangquan-2026", city_of_today())
    keep(served, "pingding-2026", f'id = "pingding-2026"\nplaces = ["{PINGDING}"]\nlevel = 7\n')
    keep(served, COUNTY, county_text())
    shelf = shelf_of(served.service)
    assert {"yangquan-2026", COUNTY} <= {book.id for book in shelf.books}
    assert [one.name for one in shelf.unusable] == ["pingding-2026 v1"]
    with served.as_(Role.REVIEWER) as reviewer, served.as_(Role.SYSTEM_ADMIN) as operator:
        for person in (reviewer, operator):
            assert "规则文件不能采用 · pingding-2026 v1" in person.get("/").text
        page = reviewer.get("/policy").text
        assert "pingding-2026 v1" in page.partition('id="unusable"')[2]
        assert "读不出，不能采用" in page
        assert reviewer.get("/policy-handed/2").status_code == 422
        ready = reviewer.get("/readyz")
    assert (ready.status_code, ready.json()["unusable_rulebooks"]) == (200, ["pingding-2026 v1"])


def test_where_it_would_govern_no_other_document_stands_in_for_it(served: Running, tmp_path: Path) -> None:
    keep(served, "yangquan-2026", city_of_today())
    keep(served, "pingding-2026", f'places = [\n  "{PINGDING}",\n]\nlevel = 7\n[valid]\nfirst = 2026-01-01\n = broken')
    shelf = shelf_of(served.service)
    held = shelf.choose("山西省阳泉市平定县", TODAY, TODAY)
    assert isinstance(held, NoRulebook)
    assert held.gap is Gap.UNUSABLE
    assert "pingding-2026" in held.text.zh
    for place, day, book in (
        ("山西省阳泉市盂县", TODAY, "yangquan-2026"),
        ("平定县", date(2025, 3, 1), "yangquan-2024"),
    ):
        choice = shelf.choose(place, day, TODAY)
        assert isinstance(choice, RulebookInForce)
        assert choice.book.id == book
    with served.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, table_folder(tmp_path / "class", ""))
        clerk.post(f"/classes/{number}/verify")
        work(served)
        assert "pingding-2026" in clerk.get(f"/classes/{number}").text
    with reading(served.service.engine, "test") as connection:
        found = {tuple(row) for row in connection.execute(select(VERDICTS.c.status, VERDICTS.c.reasons))}
    assert found == {("UNPROVEN", "RULEBOOK_UNUSABLE")}


def test_a_later_version_that_cannot_be_read_leaves_the_one_before_unused(served: Running) -> None:
    keep(served, COUNTY, county_text())
    keep(served, COUNTY, "\x00", version="2")
    held = shelf_of(served.service).choose(HERE, TODAY, TODAY)
    assert isinstance(held, NoRulebook)
    assert held.gap is Gap.UNUSABLE
    keep(served, COUNTY, county_text("3"), version="3")
    mended = shelf_of(served.service).choose(HERE, TODAY, TODAY)
    assert isinstance(mended, RulebookInForce)
    assert mended.book.version == "3"


def test_a_version_that_took_another_area_s_id_before_is_not_used_and_the_document_stays(served: Running) -> None:
    text = county_text("2").replace(COUNTY, "linxian-2023")
    keep(served, "linxian-2023", text, version="2")
    shelf = shelf_of(served.service)
    assert shelf.book("linxian-2023") == packaged().book("linxian-2023")
    assert isinstance(shelf.choose("临县", date(2023, 6, 1), TODAY), RulebookInForce)
    assert not isinstance(shelf.choose(HERE, TODAY, TODAY), RulebookInForce)
    assert [one.name for one in shelf.unusable] == ["linxian-2023 v2"]


def test_two_that_neither_yield_are_both_named_however_they_came(served: Running, tmp_path: Path) -> None:
    keep(served, "yangquan-2026", city_of_today())
    keep(served, COUNTY, county_text())
    choice = shelf_of(served.service).choose(HERE, TODAY, TODAY)
    assert isinstance(choice, NoRulebook)
    assert choice.gap is Gap.CONTESTED
    assert set(choice.nearest) == {"yangquan-2026", COUNTY}
    with served.as_(Role.CLERK) as clerk, served.as_(Role.REVIEWER) as reviewer:
        number = uploaded(clerk, table_folder(tmp_path / "class", ""), HERE)
        assert "今天开课的班期不能判定：几份现行文件互不取代" in reviewer.get("/").text
        clerk.post(f"/classes/{number}/verify")
        work(served)
        pages = {path: reviewer.get(path).text for path in ("/", f"/classes/{number}", "/policy")}
    assert "几份现行文件互不取代，1 个班期不能判定" in pages["/"]
    assert "几份现行文件互不取代，所有学时都不能判定" in pages[f"/classes/{number}"]
    assert "几份现行文件互不取代" in pages["/policy"].partition('id="missing"')[2].partition("</section>")[0]
    assert not any("没有现行" in page for page in pages.values())


@pytest.mark.parametrize("data", [b"places = [\n", county_text().encode("gb18030"), b""])
def test_a_folder_s_file_that_goes_bad_stops_neither_service_nor_worker(data: bytes, tmp_path: Path) -> None:
    books = county_folder(tmp_path / "books")
    settings = settings_at(sqlite_database(tmp_path / "x.db"), tmp_path / "home", XUESHI_RULEBOOKS=str(books))
    with running(settings) as found:
        keep(found, "yangquan-2026", city_of_today())
        (books / f"{COUNTY}.toml").write_bytes(data)
        (books / "other.toml").write_text(sealed_text(renamed("other-2026", "OT", places='["山西省/大同市"]', **NOW)))
        shelf = shelf_of(found.service)
        assert "other-2026" in {book.id for book in shelf.books}
        assert [one.name for one in shelf.unusable] == [f"{COUNTY}.toml"]
        with found.as_(Role.REVIEWER) as reviewer:
            assert reviewer.get("/policy").status_code == 200
            assert reviewer.get("/readyz").json()["unusable_rulebooks"] == [f"{COUNTY}.toml"]
        choice = shelf.choose(HERE, TODAY, TODAY)
        if b"huidong" in data:
            assert isinstance(choice, NoRulebook)
            assert choice.gap is Gap.UNUSABLE


def test_a_folder_that_comes_to_clash_with_what_was_handed_in_leaves_that_out_and_says_so(tmp_path: Path) -> None:
    books = tmp_path / "books"
    books.mkdir()
    settings = settings_at(sqlite_database(tmp_path / "x.db"), tmp_path / "home", XUESHI_RULEBOOKS=str(books))
    with running(settings) as found:
        keep(found, COUNTY, county_text())
        assert isinstance(shelf_of(found.service).choose(HERE, TODAY, TODAY), RulebookInForce)
        text = sealed_text(renamed("clash-2026", "HD", places='["山西省/大同市"]', **NOW))
        (books / "clash.toml").write_text(text, "utf-8")
        shelf = shelf_of(found.service)
        assert [one.name for one in shelf.unusable] == [f"{COUNTY} v1"]
        assert "clash-2026 has too" in str(shelf.unusable[0].faults[0])
        held = shelf.choose(HERE, TODAY, TODAY)
        assert isinstance(held, NoRulebook)
        assert held.gap is Gap.UNUSABLE


def test_a_document_whose_predecessor_was_taken_away_still_governs(tmp_path: Path) -> None:
    books = tmp_path / "books"
    books.mkdir()
    settings = settings_at(sqlite_database(tmp_path / "x.db"), tmp_path / "home", XUESHI_RULEBOOKS=str(books))
    text = renamed("new-2026", "NW", places='["山西省/阳泉市/汇东县"]', replaces='books = ["gone-2024"]', **NOW)
    later = renamed("later-2026", "LT", places='["山西省/大同市"]', replaces='books = ["gone-2023"]', **NOW)
    with running(settings) as found:
        keep(found, "new-2026", sealed_text(text))
        (books / "later.toml").write_text(sealed_text(later), "utf-8")
        shelf = shelf_of(found.service)
        assert not shelf.unusable
        for place in (HERE, "山西省大同市"):
            assert isinstance(shelf.choose(place, TODAY, TODAY), RulebookInForce)


def test_a_worker_looks_at_its_folder_before_it_begins(tmp_path: Path) -> None:
    books = county_folder(tmp_path / "books")
    (books / f"{COUNTY}.toml").write_bytes(b"id = 1")
    ran = xueshi(
        "worker", "--once", "--db", sqlite_address(tmp_path / "x.db"), "--rulebooks", books,
        cache=tmp_path / "cache", home=tmp_path / "home",
    )  # fmt: skip
    assert ran.code == 2, ran
    assert f"{COUNTY}.toml" in ran.err
