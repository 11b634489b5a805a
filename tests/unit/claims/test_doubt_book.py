"""The life of doubts in a real database, each event with its leaf or not at all."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text, update

from facts.digest import Digest
from facts.doubt_case import Attachment, Deed, DoubtCase, DoubtEvent, Stage
from facts.errors import InputError
from facts.money import Fen
from facts.text import Text
from pipeline.doubts.doubt_stages import stage, step
from storage.database.connection import reading, writing
from storage.database.tables.doubts import DOUBT_EVENTS
from storage.doubts.doubt_book import DoubtBook
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.log_keeper import events

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def case(name: str = "D1") -> DoubtCase:
    return DoubtCase(name, "C-1", "2025-04-A", "SAME_ACCOUNT", "F18", Text("三人同一账户", "one account for three"))


def event(deed: Deed, by: str, minutes: int, words: str = "见附件", **more: object) -> DoubtEvent:
    return DoubtEvent(deed, by, AT + timedelta(minutes=minutes), words, **more)  # type: ignore[arg-type]


def raised(database: Engine, *names: str) -> DoubtBook:
    book = DoubtBook(database, step)
    book.raise_all([case(name) for name in names or ("D1",)], event(Deed.OPEN, "xueshi", 0))
    return book


def test_a_doubt_lives_from_question_to_decision_and_all_of_it_is_in_the_log(database: Engine) -> None:
    book = raised(database)
    paper = Attachment("说明.pdf", 12, Digest.of(b"paper"))
    book.happen("D1", event(Deed.EXPLAIN, "学校", 1, files=(paper,)))
    found = book.happen("D1", event(Deed.ACCEPT, "张", 2, "已核对"))
    assert stage(found) is Stage.ACCEPTED
    assert book.case("D1") == found
    assert [one.deed for one in found.events] == [Deed.OPEN, Deed.EXPLAIN, Deed.ACCEPT]
    log = EvidenceLog(database)
    leaves = [entry.leaf for entry in events(log)]
    assert [leaf.kind for leaf in leaves] == [LeafKind.DOUBT, LeafKind.PAPER, LeafKind.DOUBT, LeafKind.DOUBT]
    assert {leaf.subject for leaf in leaves} == {"D1"}
    assert leaves[1].sha256 == paper.digest
    assert book.check() == 3


def test_refusing_money_waits_for_a_second_person(database: Engine) -> None:
    book = raised(database)
    first = book.happen("D1", event(Deed.UPHOLD, "张", 1, refused=Fen(170_000)))
    assert stage(first) is Stage.SECOND_SIGNER
    with pytest.raises(InputError, match="expected a second person"):
        book.happen("D1", event(Deed.UPHOLD, "张", 2, refused=Fen(170_000)))
    with pytest.raises(InputError, match=r"got 1,600元 refused, expected 1,700元"):
        book.happen("D1", event(Deed.UPHOLD, "李", 2, refused=Fen(160_000)))
    assert stage(book.happen("D1", event(Deed.UPHOLD, "李", 3, refused=Fen(170_000)))) is Stage.UPHELD


def test_a_second_signer_who_disagrees_leaves_the_doubt_to_be_reviewed(database: Engine) -> None:
    book = raised(database)
    book.happen("D1", event(Deed.UPHOLD, "张", 1, refused=Fen(100)))
    assert stage(book.happen("D1", event(Deed.ACCEPT, "李", 2))) is Stage.EXPLAINED


@pytest.mark.parametrize(
    ("deed", "by", "words", "said"),
    [
        (Deed.ACCEPT, "学校", "好", "who explained it, expected another person"),
        (Deed.ACCEPT, "张", " ", "without a word"),
        (Deed.OPEN, "xueshi", "", "raised again"),
    ],
)
def test_what_may_not_happen_leaves_no_trace(database: Engine, deed: Deed, by: str, words: str, said: str) -> None:
    book = raised(database)
    book.happen("D1", event(Deed.EXPLAIN, "学校", 1))
    before, size = book.case("D1"), EvidenceLog(database).size
    with pytest.raises(InputError, match=said):
        book.happen("D1", event(deed, by, 2, words))
    assert book.case("D1") == before
    assert EvidenceLog(database).size == size


def test_a_closed_doubt_takes_nothing_more(database: Engine) -> None:
    book = raised(database)
    book.happen("D1", event(Deed.ACCEPT, "张", 1))
    with pytest.raises(InputError, match="it is closed"):
        book.happen("D1", event(Deed.EXPLAIN, "学校", 2))


def test_raising_the_same_doubts_again_adds_only_the_new_ones(database: Engine) -> None:
    book = raised(database, "D1", "D2")
    book.happen("D1", event(Deed.EXPLAIN, "学校", 1))
    fresh = book.raise_all([case("D1"), case("D3"), case("D3")], event(Deed.OPEN, "xueshi", 5))
    assert fresh == ("D3",)
    assert [one.id for one in book.cases()] == ["D1", "D2", "D3"]
    assert [one.id for one in book.cases("C-1")] == ["D1", "D2", "D3"]
    assert book.cases("other") == ()
    assert stage(book.case("D1")) is Stage.EXPLAINED


def test_an_unknown_doubt_is_told(database: Engine) -> None:
    with pytest.raises(InputError, match=r"unknown id.*claim doubts list"):
        raised(database).case("D9")


def test_a_changed_row_is_found(database: Engine) -> None:
    book = raised(database)
    with reading(database, "test") as connection:
        body = connection.execute(select(DOUBT_EVENTS.c.body)).scalar_one()
    with writing(database, "test") as connection:
        connection.execute(update(DOUBT_EVENTS).values(body=body.replace('xueshi"', 'someone"')))
    with pytest.raises(LogAlteredError, match="somebody changed the database"):
        book.check()


def test_an_event_whose_leaf_cannot_be_written_did_not_happen(database: Engine) -> None:
    book = raised(database)
    with writing(database, "test") as connection:
        connection.execute(text("ALTER TABLE log_leaf RENAME TO log_leaf_away"))
    with pytest.raises(Exception, match="log_leaf"):
        book.happen("D1", event(Deed.EXPLAIN, "学校", 1))
    with writing(database, "test") as connection:
        connection.execute(text("ALTER TABLE log_leaf_away RENAME TO log_leaf"))
    assert len(book.case("D1").events) == 1


def test_of_two_second_signers_at_once_one_decides(database: Engine) -> None:
    book = raised(database)
    book.happen("D1", event(Deed.UPHOLD, "张", 1, refused=Fen(100)))
    refused: list[str] = []

    def sign(name: str) -> None:
        try:
            DoubtBook(database, step).happen("D1", event(Deed.UPHOLD, name, 2, refused=Fen(100)))
        except InputError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=sign, args=(name,)) for name in ("李", "王")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "closed" in refused[0]
    assert len(book.case("D1").events) == 3
    assert book.check() == 3
