"""Passports and permits in the column of ID numbers: taken in where they can be told, and a slip stays a slip."""

from pathlib import Path

import pytest

from facts.id_number import IdNumber
from ingest.claims.documents import DocumentNumber, document_of, labelled
from ingest.claims.fault import ClaimFileError
from tests.fixtures.claim_files import HEAD, as_json, fill, people, read


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("E12345678", "护照", "E12345678"),
        ("护照：123456789", "护照", "123456789"),
        ("h1234567801", "港澳居民来往内地通行证", "H1234567801"),
        ("台胞证 12345678", "台湾居民来往大陆通行证", "12345678"),
        ("ABC123456789012", "外国人永久居留身份证", "ABC123456789012"),
    ],
)
def test_a_document_is_told_by_its_words_or_its_shape(text: str, kind: str, number: str) -> None:
    assert document_of(text) == DocumentNumber(kind, number)


@pytest.mark.parametrize(
    "text", ["12345678", "11010519491231002X", "居住证110105194912310021", "护照", "19900101", "某甲"]
)
def test_what_may_be_a_slip_of_an_id_number_is_no_document(text: str) -> None:
    assert document_of(text) is None


def test_no_document_prints_whole() -> None:
    found = document_of("E12345678")
    assert "12345678" not in f"{found!r} {found}"


def test_the_column_of_kinds_says_whose_number_it_is(tmp_path: Path) -> None:
    rows = people(3)
    rows[0] |= {"id_number": "12345678", "document": "台胞证"}
    rows[1] |= {"document": "居民身份证"}
    rows[2] |= {"document": "港澳台居民居住证"}
    made = read(fill(tmp_path / "c.xlsx", HEAD, rows))
    plain = read(as_json(tmp_path / "c.json", {"header": dict(HEAD), "people": rows}))
    for one in (made.claim, plain.claim):
        assert one.people[0].id_number is None
        assert one.people[0].id_masked == "台湾居民来往大陆通行证 ****5678"
        assert all(isinstance(each.id_number, IdNumber) for each in one.people[1:])
    assert sum("不是 18 位身份证号" in note.zh for note in made.notes) == 1
    assert "12345678" not in repr(made)


def test_one_document_in_two_rows_is_told_and_digits_without_a_kind_stay_a_fault(tmp_path: Path) -> None:
    rows = people(3)
    rows[0]["id_number"] = rows[1]["id_number"] = "E12345678"
    rows[2]["id_number"] = "12345678"
    with pytest.raises(ClaimFileError) as told:
        read(fill(tmp_path / "c.xlsx", HEAD, rows))
    said = str(told.value)
    assert "同一身份证号" in said
    assert "证件类型" in said
    assert "12345678" not in said


def test_a_citizens_number_stays_as_it_is() -> None:
    assert labelled("居民身份证", "110105194912310021") == "110105194912310021"
    assert labelled("", "E12345678") == "E12345678"
