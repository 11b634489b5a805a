"""The claim page's own words, in Chinese and in English."""

from report.schema import TextEntry
from report.words import DOUBTS as CLASS_DOUBTS
from report.words import both, word

# Short names of doubts; a kind that is not here is shown by its code rather than hidden.
DOUBTS = {
    "OVERCLAIMED": ("申领多于可支持金额", "more claimed than shown"),
    "CLAIMED_TIME_ABOVE_VERDICTS": ("申领学时多于核验", "more time claimed than verdicts show"),
    "PAID_BUT_NEVER_SEEN": ("申领而未见到课", "claimed, never seen in class"),
    "HEADER_SUM_DIFFERS": ("总额与明细不符", "total and list differ"),
    "ALL_AT_CAP": ("全部顶额", "all at the cap"),
    "RATE_JUST_REACHED": ("比率恰好达线", "rate just at the line"),
    "SAME_ACCOUNT": ("多人同一账户", "one account for several"),
    "SAME_PHONE": ("多人同一电话", "one phone for several"),
    "MANY_TO_ONE_EMPLOYER": ("就业集中一家", "one employer for many"),
    "SHORT_CONTRACT": ("合同期短", "short contract"),
    "STAFF_AS_TRAINEES": ("教职工兼学员", "staff as trainees"),
    "AGE_UNUSUAL": ("年龄", "age"),
    "SAME_CERTIFICATE": ("多人同一证书号", "one certificate for several"),
    "CERTIFICATES_IN_SEQUENCE": ("证书连号", "certificates in sequence"),
    "CLAIMED_BEFORE_NOTICE_ENDED": ("公示未满即申领", "claimed before the notice ended"),
    "CLAIMED_OUT_OF_QUARTER": ("未按季度申领", "claimed out of its quarter"),
    "SOFT_BOUND_LEFT": ("超出一般标准", "outside the usual bound"),
    "SHORT_CLASS_HOURS": ("学时偏短", "short class hours"),
    "PAYMENTS_NOT_LOOKED_UP": ("是否已拨付未核", "earlier payments not looked up"),
    "VOUCHER_NOT_IN_REGISTER": ("券未登记", "voucher not in the register"),
    "VOUCHER_REGISTERED_OTHERWISE": ("券登记不同", "voucher registered otherwise"),
    "VOUCHER_ENDED": ("券已失效", "voucher at its end"),
    "VOUCHER_DAYS_DIFFER": ("券的日期不同", "voucher's days differ"),
    "CONDUCT_TO_LOOK_AT": ("待查行为", "conduct to look at"),
    **CLASS_DOUBTS,
}

ROLES = {
    "claim": ("申领材料", "claim"),
    "report": ("核验报告", "report"),
    "package": ("证据包", "package"),
    "database": ("服务数据库（未封存）", "service database (unsealed)"),
    "history": ("历史台账", "history"),
    "unused": ("未用", "not used"),
}


def doubt_word(kind: str) -> TextEntry:
    """The short name of a doubt."""
    return both(*DOUBTS.get(kind, ("请核对", "please check")))


__all__ = ["DOUBTS", "ROLES", "both", "doubt_word", "word"]
