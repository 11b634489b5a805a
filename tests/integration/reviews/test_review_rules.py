"""What the rulebook does not leave to people, or to somebody of this role, is refused in one line that cites it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from pipeline.accounts.rights import Role
from policy.shelf import packaged_texts
from storage.database.connection import sqlite_address
from tests.fixtures.reviewed_hour import ReviewedHour, first, marked
from tests.fixtures.service import running, settings_at
from tests.fixtures.toy_class import toy_class

OWN = "own-2024"
QUOTE = "录像须能够显示全体参训人员"
TABLE = f'[review]\nclock = false\nby = ["inspector"]\nanswer_days = 5\narticle = "第十一条"\nquote = "{QUOTE}"\n\n'


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewedHour]:
    home = tmp_path_factory.mktemp("review-rules")
    books = home / "books"
    books.mkdir()
    text = packaged_texts()["yangquan-2024.toml"].replace("yangquan-2024", OWN).replace("YQ-", "YO-")
    (books / f"{OWN}.toml").write_text(text.replace("[assumptions]", f"{TABLE}[assumptions]", 1), "utf-8")
    settings = settings_at(sqlite_address(home / "xueshi.db"), home, XUESHI_RULEBOOKS=str(books))
    with running(settings) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER):
            found.token(role)
        yield ReviewedHour(found, toy_class(found, policy=OWN))


def test_a_clock_is_not_left_to_people_and_the_refusal_cites_the_clause(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        assert "clock" not in sheet["answers"]
        frame = sheet["frames"][0]
        shown = {name: frame[name] for name in ("at", "path", "at_s")}
        shown |= {"shows": datetime.fromisoformat(frame["at"]).isoformat(), "by": "墙上的钟"}
        refused = client.post(hour.path, json={"answer": "clock", "frames": [], "clock": [shown]})
        assert refused.status_code == 409, refused.text
        told = refused.json()["title"]
        assert "不允许由人工复核认定时钟偏差" in told
        assert f"第十一条「{QUOTE}」" in told


def test_a_role_that_the_document_does_not_name_reviews_nothing_and_is_drawn_for_nothing(hour: ReviewedHour) -> None:
    with hour.seat(Role.REVIEWER) as client:
        sheet = client.get(hour.path).json()
        assert sheet["turn"] == "none"
        assert "不允许您的角色复核" in sheet["because"][0]["zh"]
        refused = client.post(hour.path, json={"frames": marked(sheet), "sign": True})
        assert refused.status_code == 403
        assert QUOTE in refused.json()["title"]
    first(hour, Role.INSPECTOR)
    with hour.seat(Role.INSPECTOR) as client:
        (review,) = client.get(hour.path).json()["reviews"]
        assert review["waits_for"] == "", "the only other person with the right by area may not review here"
