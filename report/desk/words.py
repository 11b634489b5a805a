"""Every word that the claim page says of its own accord, in Chinese and in English."""

from report.schema import Say
from report.words import DOUBTS as CLASS_DOUBTS
from report.words import both, word

# Short names of doubts; a kind that is not here is shown by its code rather than hidden.
DOUBTS = {
    "OVERCLAIM": ("申领多于有据", "more claimed than shown"),
    "HEADER_SUM": ("总额与明细不符", "total and list differ"),
    "SHARED_ACCOUNT": ("多人同一账户", "one account for several"),
    "SHARED_CERTIFICATE": ("多人同一证书号", "one certificate for several"),
    "SAME_EMPLOYER": ("就业集中一家", "one employer for many"),
    "SHORT_CONTRACT": ("合同期短", "short contract"),
    "STAFF_AS_TRAINEE": ("教职工作学员", "staff as trainees"),
    "RATE_AT_EDGE": ("就业率恰达线", "rate just at the line"),
    "ALL_AT_CAP": ("全部顶额", "all at the cap"),
    "CERTIFICATE_BURST": ("集中发证", "certificates in a burst"),
    "AGE": ("年龄", "age"),
    **CLASS_DOUBTS,
}

ROLES = {
    "claim": ("申领材料", "claim"),
    "report": ("核验报告", "report"),
    "package": ("证据包", "package"),
    "history": ("历史台账", "history"),
}


def doubt_word(kind: str) -> Say:
    """The short name of a doubt."""
    return both(*DOUBTS.get(kind, ("请核对", "please check")))


__all__ = ["DOUBTS", "ROLES", "both", "doubt_word", "word"]
