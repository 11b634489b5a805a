"""The words of each document are data of its rulebook: found by any spelling, unknown ones told with the nearest."""

import pytest

from policy.shelf import packaged
from policy.vocabulary import BookWord, WordList

YQ, SX0, LX, WY, QJ = "yangquan-2024", "sx-unnamed-2023", "linxian-2023", "wuyi-2020", "quanjiao-2020"


@pytest.mark.parametrize(
    ("book", "written", "name"),
    [
        (LX, "脱贫劳动力", "脱贫人口"),
        (SX0, "脱贫劳动力", "脱贫人口"),
        (SX0, "离校未就业高校毕业生", "离校未就业高校毕业生"),
        (SX0, "失业人员", "失业人员"),
        (SX0, "农村转移劳动力", "农村转移就业劳动者"),
        (YQ, "脱贫劳动力", "脱贫人口"),
        (YQ, "城乡未继续升学的应届初高中毕业生（“两后生”）", "两后生"),
        (YQ, '城乡未继续升学的应届初高中毕业生("两后生")', "两后生"),
        (LX, "城乡未继续升学的应届初高中毕业生", "两后生"),
        (QJ, "城乡未继续升学初高中毕业生（以下称“两后生”）", "两后生"),
        (
            YQ,
            "毕业年度高校毕业生（含技工院校高级工班、预备技师班和特殊教育院校职业教育类毕业生）",
            "毕业年度高校毕业生",
        ),
        (YQ, "在企业工作的劳务派遣人员", "劳务派遣人员"),
        (YQ, " 退役 军人 ", "退役军人"),
    ],
)
def test_a_group_is_found_by_the_words_of_its_document(book: str, written: str, name: str) -> None:
    assert packaged().book(book).groups.name_of(written) == name


@pytest.mark.parametrize(
    "written", ["岗前培训", "转岗转业培训", "安全技能培训", "岗位技能提升培训", "岗前", "技能竞赛"]
)
def test_yangquan_names_these_among_the_training_of_employees(written: str) -> None:
    book = packaged().book(YQ)
    assert book.programmes.among(written, ("企业职工培训",)) is True
    assert book.concerns(book.rule("YQ-M4"), written, "劳务派遣人员") is True


def test_apprentices_have_a_sum_of_their_own_and_not_that_of_employees_too() -> None:
    book = packaged().book(YQ)
    assert book.concerns(book.rule("YQ-M4"), "企业新型学徒制培训", "企业职工") is False
    assert book.concerns(book.rule("YQ-M5"), "企业新型学徒制培训", "企业职工") is True


def test_an_unknown_word_is_neither_in_nor_out_and_has_nearest_words() -> None:
    book = packaged().book(YQ)
    assert book.groups.among("脱贫劳力者", ("脱贫人口",)) is None
    assert book.groups.nearest("脱贫劳力者")[0] == "脱贫人口"
    assert book.concerns(book.rule("YQ-M1"), "项目制", "外星来客") is None
    assert "重点群体" in book.groups.nearest("QQQ")


def test_a_collective_leaves_open_which_of_its_groups_is_meant() -> None:
    groups = packaged().book(LX).groups
    assert groups.among("重点群体", ("脱贫人口",)) is None  # through 六类人员, two steps down
    assert groups.among("脱贫劳动力", ("重点群体",)) is True
    assert groups.among("企业在岗职工", ("重点群体",)) is False


def test_the_same_word_may_mean_different_things_in_two_documents() -> None:
    assert packaged().book(QJ).groups.name_of("失业人员") == "下岗失业人员"
    assert packaged().book(SX0).groups.name_of("登记失业人员") == "失业人员"
    assert packaged().book(YQ).groups.name_of("登记失业人员") == "城镇登记失业人员"


def test_words_that_stand_in_no_quote_are_never_called_the_documents_own() -> None:
    words = [word for book in packaged().books for kind in (book.groups, book.programmes) for word in kind.words]
    assert len(words) > 80
    assert all(word.quotes and word.en for word in words)


def test_every_spelling_of_a_name_and_of_what_it_embraces_is_offered_to_tables() -> None:
    words = WordList(
        (BookWord("甲", "a", ("甲",), usual=("甲类",), members=("乙",)), BookWord("乙", "b", ("乙",), usual=("乙类",)))
    )
    assert words.spellings(("甲",)) == ("甲", "甲类", "乙", "乙类")
