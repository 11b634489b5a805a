"""Words that say of a planned cell or row that nothing is taught there, or that it was moved: 停课, 取消, 调至4月8日."""

import re

from ingest.tables.cells import plain

_DAY_OFF = r"(?:元旦|春节|清明节?|五一|劳动节|端午节?|中秋节?|国庆节?|十一)"
_NOTHING = re.compile(
    rf"(?:全天|全体|本周|当天|上午|下午|晚上)?(?:停课|放假|午休|午餐|午饭|休息|休|无课|没课|不上课|不排课|空|无|取消|[-—/×xX]+)(?:时间)?"
    rf"|{_DAY_OFF}(?:放?假期?|休息|停课|假日)?|(?:法定)?节假日"
)
_MOVED = re.compile(
    r".*(?:停课|停上|放假|除外|取消|不上课|顺延|延期|改期|暂停|待定)|(?:停课|放假|取消|顺延|延期|改期|暂停|待定).*"
    r"|.*[调改移](?:课|整|上)?(?:至|到|在|为)(?:20\d\d|\d|第|下|本|周|星期|上午|下午|晚|另).*"
)
_PARTS = re.compile(r"[\s()\[\]【】<>,，;；:：。、/|]+")


def says_nothing(text: str) -> bool:
    """Whether the whole text says that there is no lesson, such as 停课 or 午休, or is blank."""
    parts = [part for part in _PARTS.split(plain(text)) if part]
    return all(_NOTHING.fullmatch(part) for part in parts)


def says_moved(text: str) -> bool:
    """Whether beside whatever else it says the text takes the lesson back, or puts it elsewhere."""
    return any(_MOVED.fullmatch(part) for part in _PARTS.split(plain(text)))


def shown_nothing(text: str) -> str:
    """The words, where they say in words that there is no lesson; a blank or a dash says nothing to repeat."""
    bare = plain(text)
    return bare if says_nothing(bare) and re.search(r"[\u3400-\u9fff]{2}", bare) else ""
