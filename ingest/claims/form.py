"""The one list of what a claim may state: the template is written from it and every reader reads by it."""

from ingest.claims.fields import Field, FieldKind, Table
from ingest.claims.header_form import HEADER
from ingest.claims.people_form import PEOPLE

EVENTS = Table(
    "events",
    "券事件",
    "Voucher events",
    (
        Field("event", "事件", "event", FieldKind.CHOICE, "环节 节点 状态 步骤 事项", required=True, choices="event", example="申请"),
        Field("day", "日期", "day", FieldKind.DAY, "时间 办理日期 发生日期 发生时间", required=True, example="2025-03-20"),
        Field("voucher", "电子券号", "voucher", FieldKind.ACCOUNT, "券号 培训券号", "全班同一事件可留空", "empty: the whole class"),
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
        Field("act", "事项", "act", FieldKind.CHOICE, "类别 办理事项 环节", required=True, choices="act", example="批准"),
        Field("office", "单位或事由", "office or matter", words="单位 部门 办理单位 审批单位 事由 机关",
              help_zh="如“市级人社部门批准”“补贴审核表”", help_en="which office, or which form was signed", example="市级人社部门"),
        Field("person", "姓名", "person", FieldKind.NAME, "经办人 签字人 审批人 签名 办理人", example="示例乙"),
        Field("day", "日期", "day", FieldKind.DAY, "时间 签字日期 批准日期 起始日期", "公示填起始日期", "for a notice, its first day",
              example="2025-03-25"),
        Field("until", "截止日期", "until", FieldKind.DAY, "终止日期 结束日期 公示截止日期", "只有公示填写", "notices only"),
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
        Field("present", "是否齐备", "present", FieldKind.TRUTH, "齐备 是否提供 有无 是否具备 是否提交", choices="truth", example="是"),
        Field("file", "文件名", "file", words="文件 附件 文件名称", example="开班报告.pdf"),
        Field("day", "落款日期", "dated", FieldKind.DAY, "日期 材料日期"),
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
        Field("amount", "金额（元）", "amount (yuan)", FieldKind.MONEY, "金额 费用金额", required=True, example="12000"),
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
        Field("what", "类别", "kind", FieldKind.CHOICE, "类型", required=True, choices="registry", example="目录"),
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
        Field("listed", "是否在列", "listed", FieldKind.TRUTH, "在列 是否列入", choices="truth", example="是"),
        Field("day", "起始日期", "from", FieldKind.DAY, "日期"),
        Field("until", "截止日期", "until", FieldKind.DAY),
    ),
    "目录与登记 目录 登记 名录 registry lists",
    "目录：评价机构、工种是否在列。系统记录：系统里有哪些条目。整改处置：对象与起止，没有填“无”。声明：机构书面声明。",
    "Catalogues, what systems hold, rectification periods (无 for none), and declarations.",
)

TABLES: tuple[Table, ...] = (HEADER, PEOPLE, EVENTS, ACTS, PAPERS, COSTS, REGISTRY)
