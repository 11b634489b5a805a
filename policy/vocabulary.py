"""The words that rulebooks may use for people, actors and programmes; the linter reports any other word as a fault."""

FOCUS = "重点群体"
# The groups that the documents list; a word of the table may stand for several others.
GROUPS: dict[str, str] = {
    "重点群体": "key employment groups",
    "六类人员": "the six groups of Linxian",
    "脱贫人口": "people lifted out of poverty",
    "监测户": "households under watch",
    "贫困劳动者": "registered poor workers",
    "毕业年度高校毕业生": "graduates of the year",
    "两后生": "school leavers without further schooling",
    "农村转移就业劳动者": "rural workers",
    "省外务工农村劳动力": "rural workers going to other provinces",
    "城镇登记失业人员": "registered unemployed",
    "就业困难人员": "people hard to employ",
    "零就业家庭成员": "members of households without work",
    "转岗职工": "workers changing posts",
    "退役军人": "veterans",
    "残疾人": "disabled people",
    "即将刑满释放人员": "prisoners about to be released",
    "强制隔离戒毒人员": "people in compulsory rehabilitation",
    "其他有能力有需求人员": "others able and willing",
    "返乡入乡创业人员": "founders returning to the countryside",
    "初创经营者": "founders in their first year",
    "企业职工": "employees",
    "职工学徒": "apprentices with a job",
    "学生学徒": "apprentices still at school",
    "院校学生": "students",
    "吕梁山护工": "Lüliang carers",
    "高危行业人员": "workers in dangerous trades",
}
FOCUS_MEMBERS: frozenset[str] = frozenset(
    {
        "六类人员",
        "脱贫人口",
        "监测户",
        "贫困劳动者",
        "毕业年度高校毕业生",
        "两后生",
        "农村转移就业劳动者",
        "省外务工农村劳动力",
        "城镇登记失业人员",
        "就业困难人员",
        "零就业家庭成员",
        "转岗职工",
        "退役军人",
        "残疾人",
    }
)
SIX: frozenset[str] = frozenset(
    {
        "脱贫人口",
        "毕业年度高校毕业生",
        "两后生",
        "农村转移就业劳动者",
        "城镇登记失业人员",
        "就业困难人员",
    }
)
_MEMBERS = {FOCUS: FOCUS_MEMBERS, "六类人员": SIX, "企业职工": frozenset({"职工学徒"})}

ACTORS: dict[str, str] = {
    "培训机构": "training institution",
    "评价机构": "evaluation body",
    "企业": "enterprise",
    "院校": "school",
    "学员": "trainee",
    "申领人": "claimant",
    "监管部门": "supervisor",
    "人社部门": "labour bureau",
    "行业部门": "trade department",
}

PROGRAMMES: dict[str, str] = {
    "订单式培训": "training to order",
    "项目制培训": "project training",
    "普惠制培训": "open training",
    "企业职工培训": "employee training",
    "岗前培训": "pre-job training",
    "转岗培训": "retraining",
    "岗位技能提升培训": "skill upgrading",
    "安全技能培训": "safety training",
    "新型学徒制": "apprenticeship",
    "以工代训": "training on the job",
    "创业培训": "start-up training",
    "职业资格培训": "qualification training",
    "线上培训": "online training",
    "劳务品牌培训": "labour-brand training",
    "取证": "certification",
}


def in_group(group: str, named: str) -> bool:
    """Whether a trainee of ``group`` belongs to the group that a rule names."""
    return group == named or group in _MEMBERS.get(named, frozenset())
