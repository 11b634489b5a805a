from datetime import date

import pytest

from facts.errors import FaultsError
from policy.loader import parse, read_draft
from policy.scaffold import Outline, scaffold
from policy.shelf import packaged_texts, shelf_of

NAME = "yangquan-2024.toml"
_V1_GROUPS = 'binds = ["培训机构"]\ngroups = ["重点群体"]'
_POST = 'name = "转岗职工"\nen = "workers changing posts"\narticle = "第三条"\n'
_QUOTED = (
    'quote = "城乡未继续升学的应届初高中毕业生（“两后生”）、农村转移就业劳动者、城镇登记失业人员、'
    '就业困难人员、转岗职工、退役军人、残疾人等重点就业群体"\n'
)
TEXT = packaged_texts()[NAME]

# sentence, what is written, what is written instead, words that the message must hold
FAULTS = [
    ("an id too long", 'id = "yangquan-2024"', f'id = "{"y" * 101}"', "101 characters, expected at most 100"),
    ("a version too long", 'id = "yangquan-2024"', f'id = "yangquan-2024"\nversion = "{"1" * 41}"', "1 to 40 visible"),
    ("a blank version", 'id = "yangquan-2024"', 'id = "yangquan-2024"\nversion = " "', "1 to 40 visible"),
    ("an unknown key of a kind", "min_s = 600", "min_x = 600", "YQ-V1.min_x: got an unknown field"),
    ("a misspelt key of every rule", 'level = "A"\n', 'levell = "A"\n', "did you mean level?"),
    ("a key in another unit", "min_s = 600", "min_min = 10", "min_s in seconds"),
    ("a length that is text", "min_s = 600", 'min_s = "600"', 'got "600", expected a whole number'),
    ("a fraction of a second", "min_s = 600", "min_s = 600.5", "got 600.5, expected a whole number"),
    ("a rate that is a float", 'threshold = "80/100"', "threshold = 0.8", "an exact fraction"),
    ("a rate above the whole", 'threshold = "80/100"', 'threshold = "180/100"', "a share above 0 and up to 1"),
    ("an unknown kind", 'kind = "video.continuous"', 'kind = "video.continous"', "did you mean video.continuous?"),
    ("an unknown level", 'level = "A/B"', 'level = "D"', "one of A, A/B, B, C"),
    ("an unknown group", _V1_GROUPS, _V1_GROUPS.replace("重点", "焦点"), "the unknown group '焦点群体', expected"),
    ("a synonym in place of the name", _V1_GROUPS, _V1_GROUPS.replace("群体", "人群"), "such as 重点群体"),
    ("an unknown group among the eligible", '"残疾人",\n', '"残废人",\n', "the unknown group '残废人'"),
    ("an unknown programme", 'programmes = ["创业培训"]', 'programmes = ["创业"]', "such as 创业培训"),
    ("a word without quote", _POST + _QUOTED, _POST, "group 转岗职工.quote: got no quote"),
    ("a spelling of two words", 'usual = ["转岗人员"]', 'usual = ["戒毒人员"]', "the spelling '戒毒人员' twice"),
    ("a word that no quote holds", 'usual = ["转岗人员"]', 'also = ["转岗人员"]', "which no quote holds"),
    ("an unknown member", 'members = ["劳务派遣人员", ', 'members = ["派遣工", ', "the unknown group '派遣工'"),
    ("a circle of members", 'usual = ["转岗人员"]', 'members = ["重点群体"]', "a circle that leads back"),
    ("a key that words do not have", 'usual = ["转岗人员"]', 'usually = ["转岗人员"]', "did you mean usual?"),
    ("an actor nobody knows", 'binds = ["培训机构"]', 'binds = ["培训学校"]', "the unknown word '培训学校'"),
    ("an assumption nobody made", 'assumes = ["A7"]', 'assumes = ["A14"]', "the unknown word 'A14'"),
    (
        "tiers that overlap",
        "{ up_to = 10, yuan = 150 }",
        "{ up_to = 10, yuan = 150 }, { up_to = 5, yuan = 120 }",
        "overlap",
    ),
    ("a last tier that ends", "{ yuan = 100 }]", "{ up_to = 99, yuan = 100 }]", "an open last tier"),
    ("an open tier in the middle", "{ up_to = 10, yuan = 150 }", "{ yuan = 150 }", "only the last tier is open"),
    ("money below zero", "cap_yuan = 5000", "cap_yuan = -5000", "a whole number above 0"),
    ("no quote", 'quote = "培训视频留存2年"', "", "YQ-V3.quote: got no quote"),
    ("a blank quote", 'quote = "培训视频留存2年"', 'quote = " "', "YQ-V3.quote: got no quote"),
    ("two rules of one id", 'id = "YQ-V3"', 'id = "YQ-V2"', "rule YQ-V2: got 2 of this id"),
    ("a rule that is not there", 'of = ["YQ-M1"]', 'of = ["YQ-M99"]', "got the rule YQ-M99"),
    ("an end before the beginning", "last = 2026-10-15", "last = 2023-10-15", "last day 2023-10-15 before first day"),
    ("an issue after the end", "issued = 2024-10-16", "issued = 2029-10-16", "2029-10-16 after the last day"),
    ("a day that does not exist", "issued = 2024-10-16", "issued = 2024-13-16", "text that is not TOML"),
    ("a time of day", "issued = 2024-10-16", "issued = 2024-10-16T08:00:00", "a date such as"),
    (
        "an assumption without a value",
        "clock = { max_offset_s = 120 }",
        "clock = {}",
        "clock.max_offset_s: got nothing",
    ),
    ("an assumption left out", "clock = { max_offset_s = 120 }", "", "assumptions.clock: got nothing"),
    ("a rule at odds with the printed assumption", "max_gap_s = 2\nhours", "max_gap_s = 5\nhours", "assumption A5"),
    ("a window without a length", "min_s = 600\n", "", "the seconds of the window"),
    ("no validity", "[valid]", "[validity]", "rulebook.valid: got nothing"),
    ("a broken table", "[assumptions]", "[assumptions", "text that is not TOML"),
    ("a number that would take for ever", 'threshold = "80/100"', 'threshold = "1e999999999"', "an exact fraction"),
    ("an id in the wrong shape", 'id = "YQ-V1"', 'id = "yq v1"', "an id such as YQ-V1"),
]


@pytest.mark.parametrize(
    ("written", "instead", "words"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS]
)
def test_it_is_refused_in_clear_words(written: str, instead: str, words: str) -> None:
    assert written in TEXT
    with pytest.raises(FaultsError) as caught:
        parse(TEXT.replace(written, instead, 1), NAME)
    assert any(words in line for line in str(caught.value).splitlines()), str(caught.value)


def test_every_fault_is_reported_at_once_with_its_line() -> None:
    broken = (
        TEXT.replace("min_s = 600", 'min_s = "ten"')
        .replace("years = 2", "years = 0")
        .replace("cap_yuan = 5000", "cap = 1")
    )
    with pytest.raises(FaultsError) as caught:
        parse(broken, NAME)
    faults = caught.value.faults
    lines = {rule: broken.splitlines().index(f'id = "{rule}"') + 1 for rule in ("YQ-V1", "YQ-V3", "YQ-M1")}
    for rule, line in lines.items():
        assert any(fault.where.startswith(f"{NAME}:{line} {rule}") for fault in faults), (rule, faults)


def test_nothing_is_half_loaded() -> None:
    draft = read_draft(TEXT.replace("min_s = 600", "min_s = -1"), NAME)
    assert draft.book is None
    assert len(draft.faults) == 1


def test_an_empty_text_is_no_rulebook() -> None:
    with pytest.raises(FaultsError, match="an empty document"):
        parse("", "empty.toml")


def test_the_same_rule_id_in_two_rulebooks_is_a_fault() -> None:
    other = TEXT.replace('id = "yangquan-2024"', 'id = "yangquan-2026"')
    with pytest.raises(FaultsError, match="YQ-V1: got an id that yangquan-2024 has too"):
        shelf_of({NAME: TEXT, "yangquan-2026.toml": other})


def test_a_scaffold_loads_as_it_stands() -> None:
    outline = Outline(
        "x-2027", "X", '带"引号"的标题', "文号", "机关", "009", "山西省/太原市", date(2027, 1, 1), date(2027, 1, 1)
    )
    book = parse(scaffold(outline), "x-2027.toml")
    assert book.title.zh == '带"引号"的标题'
    assert [rule.id for rule in book.rules] == ["X-V1"]
