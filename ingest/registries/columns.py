"""How each registry calls its columns, and which of them it cannot do without."""

from collections.abc import Mapping

from facts.registry import Registry
from facts.text import Text

_NAME = "姓名 学员姓名 人员姓名 参训人员 参保人姓名 待遇人员姓名 name"
_ID = (
    "身份证号 身份证号码 身份证 证件号 证件号码 身份证件号码 公民身份号码 居民身份证号 居民身份证号码 社会保障号码 "
    "社会保障号 有效证件号码 idcard id_number"
)
_INSTITUTION = "机构名称 培训机构 培训机构名称 机构 单位名称 开班机构 承训机构 institution"
_CODE = (
    "统一社会信用代码 社会信用代码 信用代码 机构代码 统一信用代码 机构统一社会信用代码 培训机构统一社会信用代码 uscc"
)
_CLASS = "班期编号 班级编号 班期 班级 班号 期次 班级名称 班期名称 开班编号 培训班编号 class"
_OCCUPATION = "工种 培训工种 职业 职业工种 职业名称 培训项目 培训职业 评价工种 occupation"
_LEVEL = "等级 级别 技能等级 培训等级 职业等级 证书等级 level"
_SINCE = "开始日期 起始日期 起 开始 自 生效日期 起始时间 开始时间 since"
_UNTIL = "结束日期 终止日期 截止日期 止 结束 至 失效日期 截止时间 终止时间 结束时间 until"
_PERSON = {"name": _NAME, "id": _ID}
_PARTY = {"institution": _INSTITUTION, "code": _CODE}
_SPAN = {"since": _SINCE, "until": _UNTIL}

COLUMNS: Mapping[Registry, Mapping[str, str]] = {
    Registry.REALNAME: {
        **_PERSON,
        **_PARTY,
        "group": "人员类别 人员类型 学员类别 培训对象类别 对象类别 group",
        "class": _CLASS,
        "programme": "培训类型 项目类型 培训类别 补贴类型 培训方式 补贴项目 programme",
        "occupation": _OCCUPATION,
        "level": _LEVEL,
        "locality": "属地 所属县区 县区 行政区划 培训地 locality",
        "first": "开班日期 开班时间 培训开始日期 培训开始时间 开课日期 开始日期 first_day",
        "last": "结业日期 结业时间 培训结束日期 培训结束时间 结课日期 结束日期 last_day",
        "days": "培训天数 有效天数 天数 补贴天数 days",
        "amount": "补贴金额 金额 实发金额 拨付金额 补贴标准 补贴金额元 amount",
        "paid": "拨付日期 拨付年度 补贴年度 发放日期 拨付时间 年度 paid",
        "account": "银行账号 账号 银行卡号 社保卡号 卡号 收款账号 银行帐号 account",
        "passed": "合格人数 班级合格人数 passed",
        "employed": "就业人数 班级就业人数 employed",
        "policy": "政策文件 政策 文号 policy",
    },
    Registry.SESSIONS: {
        **_PARTY,
        "class": _CLASS,
        "day": "日期 上课日期 授课日期 培训日期 date",
        "start": "开始时间 上课时间 起始时间 start",
        "end": "结束时间 下课时间 终止时间 end",
    },
    Registry.CERTIFICATES: {
        **_PERSON,
        "number": "证书编号 证书号 证书号码 证书编码 certificate",
        "institution": "评价机构 评价机构名称 发证机构 发证单位 鉴定机构 颁证机构 evaluator",
        "code": f"{_CODE} 评价机构统一社会信用代码 评价机构代码",
        "occupation": _OCCUPATION,
        "level": _LEVEL,
        "issued": "发证日期 发证时间 颁证日期 取证日期 取证时间 证书日期 issued",
    },
    Registry.EMPLOYMENT: {
        **_PERSON,
        "institution": "用人单位 单位名称 就业单位 工作单位 用工单位 单位 参保单位 employer",
        "code": f"{_CODE} 单位统一社会信用代码 单位代码",
        "since": f"合同开始日期 合同起始日期 入职日期 就业日期 参保开始日期 参保日期 合同起 {_SINCE}",
        "until": f"合同终止日期 合同结束日期 离职日期 参保终止日期 停保日期 合同止 实际终止日期 {_UNTIL}",
        "months": "合同期限 合同期限月 约定月数 合同月数 months",
        "staff": "单位职工数 职工人数 参保人数 用工人数 staff",
    },
    Registry.PENSION: {
        **_PERSON,
        "kind": "待遇类型 养老金类型 养老金种类 险种 险种类型 保险类型 待遇名称 养老保险类型 kind",
        "since": f"待遇开始日期 待遇领取时间 领取开始日期 退休日期 退休时间 开始领取日期 待遇起始时间 {_SINCE}",
        "until": f"待遇终止日期 停发日期 停发时间 死亡日期 {_UNTIL}",
    },
    Registry.BENEFITS: {
        **_PERSON,
        "kind": "补贴名称 补贴项目 待遇名称 补贴类型 kind",
        "since": f"发放日期 享受日期 领取日期 申领日期 {_SINCE}",
        "until": _UNTIL,
    },
    Registry.STAFF: {
        **_PERSON,
        **_PARTY,
        "role": "岗位 职务 岗位名称 人员类别 角色 role",
        "since": f"入职日期 聘用日期 聘用开始日期 {_SINCE}",
        "until": f"离职日期 聘用终止日期 {_UNTIL}",
    },
    Registry.INSTITUTIONS: {
        **_PARTY,
        "since": f"备案日期 批准日期 列入日期 {_SINCE}",
        "until": f"有效期至 移出日期 {_UNTIL}",
    },
    Registry.EVALUATORS: {
        "institution": f"评价机构 评价机构名称 {_INSTITUTION}",
        "code": f"{_CODE} 评价机构统一社会信用代码",
        "since": f"备案日期 批准日期 列入日期 {_SINCE}",
        "until": f"有效期至 备案有效期 移出日期 {_UNTIL}",
    },
    Registry.SANCTIONS: {
        **_PARTY,
        "kind": "处理 处理类型 处罚类型 处理决定 整改类型 事由 kind",
        "since": f"整改开始日期 整改开始 处理日期 决定日期 {_SINCE}",
        "until": f"整改结束日期 整改结束 整改期限 解除日期 {_UNTIL}",
    },
}
_PARTY_NEEDED = (("code", "institution"),)
# Each alternative of each group is enough; a sheet has one alternative of every group.
REQUIRED: Mapping[Registry, tuple[tuple[str, ...], ...]] = {
    Registry.REALNAME: (("name",), ("id",), *_PARTY_NEEDED, ("class",), ("first",), ("last",)),
    Registry.SESSIONS: (*_PARTY_NEEDED, ("class",), ("day",), ("start",), ("end",)),
    Registry.CERTIFICATES: (("id",), ("number",), *_PARTY_NEEDED, ("issued",)),
    Registry.EMPLOYMENT: (("id",), *_PARTY_NEEDED, ("since",)),
    Registry.PENSION: (("id",), ("since",)),
    Registry.BENEFITS: (("id",), ("kind",), ("since",)),
    Registry.STAFF: (("id",), *_PARTY_NEEDED, ("since",)),
    Registry.INSTITUTIONS: (*_PARTY_NEEDED, ("since",)),
    Registry.EVALUATORS: (*_PARTY_NEEDED, ("since",)),
    Registry.SANCTIONS: (*_PARTY_NEEDED, ("since",)),
}


TITLES: Mapping[Registry, Text] = {
    Registry.REALNAME: Text("培训实名制登记", "the real-name registry of trainees"),
    Registry.SESSIONS: Text("课表", "timetables"),
    Registry.CERTIFICATES: Text("证书登记", "certificates issued"),
    Registry.EMPLOYMENT: Text("就业、社保登记", "employment or social insurance"),
    Registry.PENSION: Text("养老待遇名单", "people on a monthly pension"),
    Registry.BENEFITS: Text("其他补贴名单", "other subsidies"),
    Registry.STAFF: Text("机构教职工名单", "staff of institutions"),
    Registry.INSTITUTIONS: Text("培训机构目录", "catalogue of institutions"),
    Registry.EVALUATORS: Text("评价机构目录", "catalogue of evaluators"),
    Registry.SANCTIONS: Text("整改、处理名单", "rectifications and sanctions"),
}
FIELD_ZH: Mapping[str, str] = {
    "name": "姓名", "id": "身份证号", "institution": "机构名称", "code": "统一社会信用代码", "class": "班期编号",
    "first": "开班日期", "last": "结业日期", "day": "日期", "start": "开始时间", "end": "结束时间", "number": "证书编号",
    "issued": "发证日期", "since": "开始日期", "kind": "名称",
}  # fmt: skip
