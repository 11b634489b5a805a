"""What is refused when a claim is handed in or a doubt is answered, with every reason at once and in both languages."""

import pytest

from facts.money import Fen
from facts.refusals import RefusalKind, RefusalsError
from runtime.claims.upload import upload_name
from runtime.doubts.attachments import MOST_ATTACHMENTS, attachment_name, check_explanation
from runtime.doubts.doubt_steps import refused_sum


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("说明.pdf", "说明.pdf"),
        ("C:\\材料\\合同.pdf", "合同.pdf"),
        ("../../etc/合同.pdf", "合同.pdf"),
        ("合\u202e同\x00.pdf", "合同.pdf"),
        ("长" * 200 + ".pdf", "长" * 96 + ".pdf"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_an_attached_file_keeps_its_name_without_what_could_be_misread(sent: str | None, name: str) -> None:
    assert attachment_name(sent) == name


def test_an_explanation_needs_words_and_few_files_of_known_kinds() -> None:
    check_explanation("见附件", ["合同.PDF"] * MOST_ATTACHMENTS)
    with pytest.raises(RefusalsError) as refused:
        check_explanation(" ", ["a.exe", *["合同.pdf"] * MOST_ATTACHMENTS])
    assert refused.value.kind is RefusalKind.INVALID
    assert [(one.where, one.got) for one in refused.value.refusals] == [
        ("words", "blanks"),
        ("files", "11 files"),
        ("files", "a.exe"),
    ]
    assert all(text.zh and text.en for text in refused.value.texts)


def test_a_refused_sum_is_written_in_yuan() -> None:
    assert refused_sum(" 1700.50 ") == Fen(170_050)
    assert refused_sum("  ") is None
    for text in ("many", "1/0", "0.001"):
        with pytest.raises(RefusalsError, match="expected yuan such as 1700"):
            refused_sum(text)


def test_a_claim_is_handed_in_as_a_workbook_json_or_toml() -> None:
    assert upload_name("表/申领.XLSX") == "申领.XLSX"
    with pytest.raises(RefusalsError) as refused:
        upload_name("申领.exe")
    (one,) = refused.value.refusals
    assert (one.where, one.got, one.expected) == ("file", "申领.exe", "a name that ends in .xlsx, .json, .toml")
