"""The one list of what a claim may state: the template is written from it and every reader reads by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLE, FILLED_IN, EXPLAINED = "示例", "填写", "说明"
LISTS = "选项"  # the sheet with what may be chosen


class Kind(StrEnum):
    """What a field holds, and so how its cell is read and formatted."""

    TEXT = "text"
    NAME = "name"
    ID = "id"
    USCC = "uscc"
    ACCOUNT = "account"
    MONEY = "money"
    DAY = "day"
    COUNT = "count"
    TRUTH = "truth"
    CHOICE = "choice"


# What Excel would spoil were the column not text: long digits and leading zeros.
AS_TEXT = frozenset({Kind.ID, Kind.USCC, Kind.ACCOUNT, Kind.TEXT, Kind.NAME})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a claim may state: its name in JSON, its words on the form, and other words people use for it."""

    name: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    words: str = ""
    help_zh: str = ""
    help_en: str = ""
    required: bool = False
    choices: str = ""
    example: str = ""
    programmes: tuple[str, ...] = ()

    def asked_of(self, programme: str) -> bool:
        """Whether the template of this programme has the column."""
        return not self.programmes or not programme or programme in self.programmes


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the form: its name in JSON, its title, the words that other people's sheets are called by."""

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    titles: str
    help_zh: str
    help_en: str
    needed: bool = False

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(each for each in self.fields if each.name == name)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the rulebooks know, handed in because readers know no law; papers are those of the programme."""

    programmes: tuple[str, ...]
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    events: Mapping[str, str]
    policies: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def choices(self, name: str) -> tuple[str, ...]:
        """The words that a field of this choice may hold."""
        own = {
            "programme": self.programmes,
            "group": self.groups,
            "level": self.levels,
            "event": tuple(self.events.values()),
            "policy": self.policies,
            **OWN_CHOICES,
            **self.more,
        }
        return own[name]


OWN_CHOICES: Mapping[str, tuple[str, ...]] = {
    "truth": ("是", "否"),
    "settlement": ("一次性结算", "分段结算"),
    "claimant": ("培训机构", "评价机构", "企业", "院校", "个人"),
    "registry": ("目录", "系统记录", "整改处置", "声明"),
    "proof": ("劳动合同", "就业协议", "工资发放证明", "社保缴纳证明"),
    "account_kind": ("社会保障卡", "银行卡", "基本账户", "其他账户"),
    "act": ("申请", "批准", "审查签字", "公示"),
}

_EMPLOYED = ("订单式培训", "项目制培训", "普惠制培训", "劳务品牌培训", "创业培训", "职业资格培训")
_CERTIFIED = (
    "取证", "项目制培训", "订单式培训", "普惠制培训", "劳务品牌培训", "新型学徒制", "职业资格培训", "岗位技能提升培训",
    "岗前培训",
)  # fmt: skip

HEADER = Table(
    "header",
    "申领表头",
    "Claim",
    (
        Field("id", "申领编号", "claim number", words="申请编号 编号 申领号 业务编号",
              help_zh="受理机关或机构自编，同一次申领不变", help_en="yours or the office's; the same for every version",
              required=True, example="2025-Q2-001"),
        Field("programme", "项目类别", "programme", Kind.CHOICE, "培训项目 补贴项目 培训类别 补贴类别 培训类型",
              "从下拉中选", "choose from the list", required=True, choices="programme"),
        Field("institution", "培训机构名称", "institution", words="培训机构 机构名称 申领单位 申请单位 单位名称",
              help_zh="与营业执照一致", help_en="as on its licence", required=True, example="某职业培训学校"),
        Field("uscc", "统一社会信用代码", "credit code (USCC)", Kind.USCC,
              "信用代码 社会信用代码 机构信用代码 单位信用代码 机构代码", "18 位，文本格式", "18 characters, as text",
              required=True, example="91140300MA0EXAMPLE"),
        Field("locality", "机构所在地", "locality", words="所在地 属地 所在区县 地区 县区 机构属地",
              help_zh="省/市/县，决定适用哪份文件", help_en="province/city/county; decides which document governs",
              required=True, example="山西省阳泉市"),
        Field("class_id", "班期编号", "class", words="班级编号 班号 班期号 开班编号 培训班编号",
              help_zh="与核验报告中的班期编号一致", help_en="as in the verification report", required=True,
              example="2025-04家政1班"),
        Field("class_name", "班期名称", "class name", words="班级名称 培训班名称 班名", example="家政服务员1班"),
        Field("group", "培训对象类别", "group", Kind.CHOICE, "人员类别 对象类别 培训对象 群体",
              "全班同一类别时填写，逐人不同则在学员表填写", "if the whole class is of one group", choices="group",
              example="重点群体"),
        Field("occupation", "职业（工种）", "occupation", words="工种 职业 培训工种 职业工种 培训职业",
              example="家政服务员"),
        Field("level", "等级", "level", Kind.CHOICE, "技能等级 培训等级 级别", choices="level", example="初级工"),
        Field("claimant", "申领人", "who claims", Kind.CHOICE, "申领主体 申请人 申请主体", choices="claimant", example="培训机构"),
        Field("first_day", "开班日期", "first day", Kind.DAY, "开班时间 培训开始日期 开始日期 起始日期",
              required=True, example="2025-04-07"),
        Field("last_day", "结课日期", "last day", Kind.DAY, "结业日期 结班日期 培训结束日期 结束日期",
              required=True, example="2025-04-18"),
        Field("claim_day", "申领日期", "day of the claim", Kind.DAY, "申请日期 填表日期 申报日期", required=True,
              example="2025-05-12"),
        Field("claimed", "申领总额（元）", "total claimed (yuan)", Kind.MONEY,
              "申领金额 申请金额 补贴总额 合计金额 申请补贴总额 申领总额", "应等于学员表逐人金额之和",
              "should be the sum of the trainees' amounts", required=True, example="48000"),
        Field("settlement", "结算方式", "settlement", Kind.CHOICE, "结算 拨付方式",
              choices="settlement", example="一次性结算"),
        Field("evaluator", "评价机构名称", "evaluation body", words="评价机构 考核机构 鉴定机构 第三方评价机构"),
        Field("evaluator_uscc", "评价机构信用代码", "its credit code", Kind.USCC,
              "评价机构统一社会信用代码 评价机构代码"),
        Field("evaluator_locality", "评价机构属地", "its locality", words="评价机构所在地"),
        Field("evaluation_place", "评价地点", "place of evaluation", words="评价活动所在地 考核地点"),
        Field("controller", "培训机构实际控制人", "who controls the institution", words="实际控制人 法定代表人"),
        Field("evaluator_own", "是否本单位评价机构", "its own evaluation body", Kind.TRUTH, choices="truth"),
        Field("evaluator_own_covers", "本单位评价机构是否有该工种", "its own body covers the occupation", Kind.TRUTH,
              choices="truth"),
        Field("evaluator_controller", "评价机构实际控制人", "who controls the evaluation body"),
        Field("planned_first", "核准开班日期", "approved first day", Kind.DAY, "计划开班日期 计划开始日期"),
        Field("planned_last", "核准结课日期", "approved last day", Kind.DAY, "计划结课日期 计划结束日期"),
        Field("planned_hours", "核准学时", "hours approved", Kind.COUNT, "计划学时 批准学时 总学时"),
        Field("planned_place", "核准地点", "place approved", words="培训地点 计划地点"),
        Field("planned_teachers", "核准师资", "teachers approved", words="授课师资 计划师资", help_zh="用顿号隔开",
              help_en="separated by 、"),
        Field("standard_hours", "标准规定学时", "hours of the standard", Kind.COUNT, "标准学时"),
        Field("account", "收款账户", "account to be paid", Kind.ACCOUNT, "账号 开户账号 银行账号 收款账号 账户"),
        Field("paid", "是否已拨付", "paid", Kind.TRUTH, "已拨付 是否兑现", choices="truth", example="否"),
        Field("payment_day", "拨付日期", "day of payment", Kind.DAY, "兑现日期 拨款日期"),
        Field("payer_locality", "拨付机关所在地", "locality of the payer", words="受理机关所在地 受理机关属地"),
        Field("firm_lists", "企业所在名单", "lists that the firm is on", help_zh="用顿号隔开", help_en="separated by 、",
              programmes=("企业职工培训", "安全技能培训", "取证", "新型学徒制", "岗位技能提升培训")),
        Field("bought_platform", "是否购买平台", "platform bought", Kind.TRUTH, choices="truth", programmes=("线上培训",)),
        Field("platform_cost", "平台成本（元）", "cost of the platform (yuan)", Kind.MONEY, programmes=("线上培训",)),
        Field("same_courseware", "是否同一课件", "same courseware", Kind.TRUTH, choices="truth", programmes=("线上培训",)),
        Field("policy", "适用文件编号", "rulebook", Kind.CHOICE, "政策编号 政策 适用政策",
              "一般不填，由所在地和开班日期决定", "leave empty: place and first day decide", choices="policy"),
        Field("secret_unit", "是否涉密单位", "secret unit", Kind.TRUTH, "涉密单位 涉密", choices="truth", example="否"),
    ),
    "申领表头 表头 申请表 申领表 资金申请表 补贴申请表 基本信息 申报表 封面 claim header",
    "一行一项：在“填写”列填写，不改左列。带 * 为必填；不知道的留空，不要填 0。",
    "One item a row: fill in the second column and leave the first. * is required; leave unknown things empty, never 0.",
    needed=True,
)  # fmt: skip

PEOPLE = Table(
    "people",
    "学员",
    "Trainees",
    (
        Field("name", "姓名", "name", Kind.NAME, "学员姓名 人员姓名 学员 参训人员", required=True, example="示例甲"),
        Field("id_number", "身份证号", "ID number", Kind.ID,
              "身份证号码 身份证 证件号 证件号码 公民身份号码 居民身份证号 社会保障号码 身份证件号码",
              "18 位，文本格式；切勿让 Excel 变成 000 结尾", "18 characters as text; Excel must not turn the end into 000",
              required=True, example="110105194912310021"),
        Field("document", "证件类型", "kind of document", words="证件种类 证件名称 身份证件类型",
              help_zh="身份证可不填；护照、通行证等请写明", help_en="leave empty for the ID card; name a passport or permit"),
        Field("group", "人员类别", "group", Kind.CHOICE, "类别 人员类型 对象类别 学员类别 群体类别",
              choices="group", example="城镇登记失业人员"),
        Field("pension", "是否按月领取养老金", "on a monthly pension", Kind.TRUTH, "领取养老金 养老金 是否领取养老金",
              choices="truth", example="否"),
        Field("ties", "与属地的关系", "tie to the place", words="户籍 居住情况", help_zh="如 户籍、居住证；用顿号隔开",
              help_en="such as 户籍 or 居住证, separated by 、"),
        Field("staff", "是否本机构教职工", "on the staff", Kind.TRUTH, "教职工", choices="truth", example="否"),
        Field("registered", "是否录入实名制系统", "in the real-name system", Kind.TRUTH, "实名制 是否实名登记 实名登记",
              choices="truth", example="是"),
        Field("off_job", "是否脱产", "off the job", Kind.TRUTH, "脱产", choices="truth",
              programmes=("安全技能培训",), example="是"),
        Field("voucher", "电子券号", "voucher", Kind.ACCOUNT, "券号 培训券号 培训评价电子券 电子培训券", example="Q0001"),
        Field("qualified", "考核是否合格", "passed", Kind.TRUTH, "是否合格 考核结果 结业考核 考试结果 合格", choices="truth",
              example="是"),
        Field("exam_day", "考核日期", "day of the exam", Kind.DAY, "考试日期 评价日期", example="2025-04-21"),
        Field("theory", "理论是否考核", "theory examined", Kind.TRUTH, "理论考核", choices="truth", example="是"),
        Field("practice", "实操是否考核", "practice examined", Kind.TRUTH, "实操考核", choices="truth", example="是"),
        Field("employed", "是否就业", "employed", Kind.TRUTH, "就业 就业状态 就业情况 是否已就业", choices="truth",
              example="是", programmes=_EMPLOYED),
        Field("employer", "就业单位", "employer", words="用人单位 单位名称 工作单位 就业企业", example="某家政公司",
              programmes=(*_EMPLOYED, "企业职工培训", "岗前培训", "以工代训")),
        Field("employer_uscc", "就业单位信用代码", "its credit code", Kind.USCC, "用人单位信用代码 单位信用代码",
              programmes=_EMPLOYED),
        Field("employment_proof", "就业证明", "proof of employment", Kind.CHOICE, "就业证明材料 证明材料 就业凭证",
              choices="proof", example="劳动合同", programmes=_EMPLOYED),
        Field("contract_from", "合同起始日期", "contract from", Kind.DAY, "合同开始日期 合同起 劳动合同起始",
              example="2025-05-01", programmes=_EMPLOYED),
        Field("contract_to", "合同终止日期", "contract to", Kind.DAY, "合同结束日期 合同止 劳动合同终止",
              example="2026-04-30", programmes=_EMPLOYED),
        Field("employment_months", "工资或社保月数", "months of pay or insurance", Kind.COUNT, "月数 连续月数",
              programmes=_EMPLOYED),
        Field("certificate_number", "证书编号", "certificate", Kind.ACCOUNT, "证书号 职业技能等级证书编号 证书号码",
              programmes=_CERTIFIED),
        Field("certificate_level", "证书等级", "its level", Kind.CHOICE, "取证等级 证书级别", choices="level",
              example="初级工", programmes=_CERTIFIED),
        Field("certificate_day", "发证日期", "issued", Kind.DAY, "取证日期 证书日期", example="2025-04-25",
              programmes=_CERTIFIED),
        Field("certificate_first", "是否初次取证", "first certificate", Kind.TRUTH, "初次取证 是否新增技能人才 新增技能人才",
              choices="truth", example="是", programmes=_CERTIFIED),
        Field("certificate_institution", "证书所载培训机构", "institution on it", programmes=_CERTIFIED),
        Field("certificate_course", "证书所载培训项目", "course on it", programmes=_CERTIFIED),
        Field("certificate_from", "证书所载培训起始", "trained from", Kind.DAY, programmes=_CERTIFIED),
        Field("certificate_to", "证书所载培训截止", "trained until", Kind.DAY, programmes=_CERTIFIED),
        Field("major", "所学专业", "major", words="专业", programmes=("取证",)),
        Field("major_matches", "专业与工种是否对应", "major matches", Kind.TRUTH, choices="truth", programmes=("取证",)),
        Field("licensed", "是否取得营业执照", "licensed", Kind.TRUTH, "营业执照", choices="truth",
              programmes=("创业培训",)),
        Field("licence_day", "营业执照签发日期", "day of the licence", Kind.DAY, "执照日期", programmes=("创业培训",)),
        Field("work_months", "以工代训月数", "months of work", Kind.COUNT, "月数 代训月数", programmes=("以工代训",)),
        Field("contract_years", "培养年数", "years of apprenticeship", Kind.COUNT, "学徒年数", programmes=("新型学徒制",)),
        Field("stage", "取得结果", "stage reached", words="学徒结果", programmes=("新型学徒制",)),
        Field("account", "发放账户", "account", Kind.ACCOUNT, "账号 银行账号 社保卡号 银行卡号 收款账号 卡号", "文本格式",
              "as text", example="6200000000000000001"),
        Field("account_kind", "账户类别", "kind of account", Kind.CHOICE, "账户类型 账户性质", choices="account_kind",
              example="社会保障卡"),
        Field("bank", "开户行", "bank", words="开户银行 银行"),
        Field("fee_taken", "是否先收费", "fee taken first", Kind.TRUTH, choices="truth"),
        Field("refund", "退费金额（元）", "refunded (yuan)", Kind.MONEY, "退费 退费金额"),
        Field("refund_day", "退费日期", "day of the refund", Kind.DAY),
        Field("already_paid", "已享受的其他补贴", "other subsidies received", words="已享受补贴 其他补贴",
              help_zh="没有填“无”；多项用顿号隔开", help_en="无 for none; separated by 、"),
        Field("claimed_days", "申报天数", "days claimed", Kind.COUNT, "培训天数 天数 参训天数",
              "只作对照；有效天数以核验结论为准", "for comparison only; verdicts decide"),
        Field("claimed_hours", "申报学时", "hours claimed", Kind.COUNT, "培训学时 参训学时 学时"),
        Field("claimed", "申领金额（元）", "claimed (yuan)", Kind.MONEY,
              "申领金额 补贴金额 申请金额 金额 补贴金额元 申请补贴金额", "不申领填 0", "0 if nothing is claimed",
              required=True, example="1500"),
        Field("note", "备注", "note", words="说明"),
    ),
    "学员 学员名单 花名册 学员花名册 人员名单 人员花名册 名单 补贴人员 trainees people",
    "一人一行。有效天数与学时不在此填写：从核验结论取得。",
    "One person a row. Valid days and hours are not filled in here: they come from the verdicts.",
    needed=True,
)  # fmt: skip

EVENTS = Table(
    "events",
    "券事件",
    "Voucher events",
    (
        Field("event", "事件", "event", Kind.CHOICE, "环节 节点 状态 步骤 事项", required=True, choices="event", example="申请"),
        Field("day", "日期", "day", Kind.DAY, "时间 办理日期 发生日期 发生时间", required=True, example="2025-03-20"),
        Field("voucher", "电子券号", "voucher", Kind.ACCOUNT, "券号 培训券号", "全班同一事件可留空", "empty: the whole class"),
        Field("note", "备注", "note", words="说明"),
    ),
    "券事件 电子券 培训券 券流转 流程 办理节点 过程节点 events vouchers",
    "按发生先后填写：开班申请、批准、申请、发券、开班、结课、评价、公示、申领、兑现、核销等。",
    "In the order in which they happened.",
)  # fmt: skip

ACTS = Table(
    "acts",
    "审批与签字",
    "Approvals and signers",
    (
        Field("act", "事项", "act", Kind.CHOICE, "类别 办理事项 环节", required=True, choices="act", example="批准"),
        Field("office", "单位或事由", "office or matter", words="单位 部门 办理单位 审批单位 事由 机关",
              help_zh="如“市级人社部门批准”“补贴审核表”", help_en="which office, or which form was signed", example="市级人社部门"),
        Field("person", "姓名", "person", Kind.NAME, "经办人 签字人 审批人 签名 办理人", example="示例乙"),
        Field("day", "日期", "day", Kind.DAY, "时间 签字日期 批准日期 起始日期", "公示填起始日期", "for a notice, its first day",
              example="2025-03-25"),
        Field("until", "截止日期", "until", Kind.DAY, "终止日期 结束日期 公示截止日期", "只有公示填写", "notices only"),
        Field("contents", "内容", "contents", words="公示内容 备注 说明", help_zh="公示内容各项用顿号隔开",
              help_en="what the notice names, separated by 、"),
    ),
    "审批与签字 审批 签字 审批签字 审核 审核签字 公示 approvals signers",
    "开班申请与批准、经办审查签字（至少两人，不得同一人）、公示起止各一行。",
    "One row for each approval, each signature of an officer (two different people or more), and each notice.",
)  # fmt: skip

PAPERS = Table(
    "papers",
    "材料清单",
    "Papers",
    (
        Field("name", "材料名称", "paper", words="材料 名称 资料名称 要件", required=True, example="开班报告"),
        Field("present", "是否齐备", "present", Kind.TRUTH, "齐备 是否提供 有无 是否具备 是否提交", choices="truth", example="是"),
        Field("file", "文件名", "file", words="文件 附件 文件名称", example="开班报告.pdf"),
        Field("day", "落款日期", "dated", Kind.DAY, "日期 材料日期"),
        Field("note", "备注", "note", words="说明"),
    ),
    "材料清单 材料 附件清单 申报材料 资料清单 要件清单 papers",
    "有则填“是”，没有填“否”，不清楚留空。",
    "是 for yes, 否 for no, empty where not known.",
)  # fmt: skip

COSTS = Table(
    "costs",
    "费用明细",
    "Costs",
    (
        Field("name", "费用名称", "cost", words="费用 科目 项目 费用项目", required=True, example="培训费"),
        Field("amount", "金额（元）", "amount (yuan)", Kind.MONEY, "金额 费用金额", required=True, example="12000"),
        Field("note", "备注", "note", words="说明"),
    ),
    "费用明细 费用 成本 费用清单 costs",
    "申领包含的费用逐项填写；按标准按人计发的可不填。",
    "Every cost that the claim asks for; nothing where a rate per person is claimed.",
)  # fmt: skip

REGISTRY = Table(
    "registry",
    "目录与登记",
    "Lists and registers",
    (
        Field("what", "类别", "kind", Kind.CHOICE, "类型", required=True, choices="registry", example="目录"),
        Field(
            "name",
            "目录、系统或处置名称",
            "list, system or measure",
            words="名称 目录名称 系统名称 目录 系统",
            required=True,
            example="评价机构目录",
        ),
        Field(
            "subject",
            "对象或条目",
            "subject or entries",
            words="对象 条目 内容",
            help_zh="条目用顿号隔开",
            help_en="entries separated by 、",
            example="评价机构",
        ),
        Field("listed", "是否在列", "listed", Kind.TRUTH, "在列 是否列入", choices="truth", example="是"),
        Field("day", "起始日期", "from", Kind.DAY, "日期"),
        Field("until", "截止日期", "until", Kind.DAY),
    ),
    "目录与登记 目录 登记 名录 registry lists",
    "目录：评价机构、工种是否在列。系统记录：系统里有哪些条目。整改处置：对象与起止，没有填“无”。声明：机构书面声明。",
    "Catalogues, what systems hold, rectification periods (无 for none), and declarations.",
)

TABLES: tuple[Table, ...] = (HEADER, PEOPLE, EVENTS, ACTS, PAPERS, COSTS, REGISTRY)
