"""Words that make a row no entry: sums, signatures and remarks; and what stands in a name's column without being one."""

import re

from facts.names import normal_name

_COUNTED = r"[\d.,%/人名次天学课时元:;、和()男女生员共其中性]*"
SUMS = re.compile(
    rf"(?:本页|本班|全班|全部|各项|男生?|女生?)?(?:合计|总计|共计|小计|累计|总数|平均|均值|汇总)(?:人数|人次|学时|课时|年龄|分|值|数|次数|出勤率|天数)?{_COUNTED}"
    rf"|(?:参训|报名|培训|学员|班级|实到|应到|缺勤|到课|男生?|女生?)?总?人数{_COUNTED}|共[\d.,]+[人名次天条](?:次|员)?{_COUNTED}"
    rf"|(?:应到|实到|应参训|实际参训|缺勤|未到|在册|其中|男生?|女生?|男性|女性|学员):?\d+[人名]?{_COUNTED}"
    r"|(?:sub|grand)?total.*|sum:?\d*|average.*",
    re.IGNORECASE,
)
SIGNATURES = re.compile(
    r"(?:制表|填表|填报|审核|复核|审批|经办|负责|经手|统计|编制|批准|班主任|教务主任|主管|领导|校长|单位|机构|培训机构|主管部门)"
    r"(?:单位|机构)?(?:负责|主管)?(?:人员?|者)?(?:意见)?"
    r"(?:\((?:签字|签章|盖章|签名|公章|章)\)|签字|签章|盖章|签名|\((?:签字|签名)(?:、|或)?盖章\))?(?::.*|日期.*|时间.*|)"
    r"|(?:制表|填表|审核|填报)(?:日期|时间):?.*|(?:日期|时间|年月日|地址|电话|联系电话|联系人):.*|\(?(?:签字|签章|盖章|公章|签名)\)?:?.*|.*\((?:签字|签章|盖章|公章|签名)\):?.*"
    r"|.{2,}(?:学校|公司|学院|大学|职校|技校|培训中心|培训部|服务中心|合作社|协会|人社局|人力资源和社会保障局|委员会|办公室)(?:\(.*\))?"
)
REMARKS = re.compile(
    r"(?:备注|说明|填表说明|填写说明|注意事项|要求|备 ?注)(?::.*|\d.*|)|注(?::|\d|[一二三][、.:]).*|[*※].*"
    r"|\(?以下(?:为|均为)?(?:空白|无正文|无内容)\)?|此行以下空白|空白|[-—/*]{2,}"
)
DATES = re.compile(r"(?:20\d\d|二[〇○零]..)?年\d{0,2}月\d{0,2}日?|20\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?")
LISTED = re.compile(r"\(?[\d一二三四五六七八九十]{1,2}[.、)].*")
_MARKED = re.compile(r"[*※★☆#▲△●○]+(?P<name>[^\W\d_]{2,4}|[^\W\d_]+(?:·[^\W\d_]+)+)")


def unmarked(name: str) -> str:
    """The name without the star or the like that somebody put before it; empty where it has none, or is no name."""
    match = _MARKED.fullmatch(name)
    return match["name"] if match else ""


def bare_name(text: str) -> str:
    """The name as it is compared, without a star before it."""
    name = normal_name(text)
    return unmarked(name) or name


def is_nobody(name: str) -> bool:
    """Whether the words are those of a sum, a signature or a remark, and so never a person's name."""
    bare = "".join(name.split())
    return not unmarked(bare) and any(pattern.fullmatch(bare) for pattern in (SUMS, SIGNATURES, REMARKS, LISTED, DATES))
