"""Why a sign-in by the provider did not come about: one kind, one sentence for the person, one detail for the operator."""

from enum import StrEnum

from facts.errors import XueshiError
from facts.text import Text


class OpenIdFault(StrEnum):
    """What went wrong; the values stand in addresses and in the service's own log lines."""

    NO_ANSWER = "no_answer"
    BAD_ANSWER = "bad_answer"
    BUSY = "busy"
    NOT_BEGUN = "not_begun"
    USED = "used"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    BAD_TOKEN = "bad_token"  # noqa: S105 - a kind of fault
    CLOCKS = "clocks"
    SHUT = "shut"
    OTHERS = "others"
    WRONG_CODE = "wrong_code"

    @property
    def text(self) -> Text:
        """What the person reads, and what helps."""
        return _WORDS[self]

    @property
    def of_provider(self) -> bool:
        """Whether the provider is out of order, rather than the person not known to it."""
        return self in {OpenIdFault.NO_ANSWER, OpenIdFault.BAD_ANSWER, OpenIdFault.BUSY}


class OpenIdError(XueshiError):
    """The provider's part in signing in failed; the detail names no token, no code and no claim of a person."""

    def __init__(self, kind: OpenIdFault, detail: str) -> None:
        super().__init__(f"openid {kind.value}: {detail}")
        self.kind, self.detail = kind, detail


def fault_of(value: str) -> OpenIdFault | None:
    """The kind of that value, as an address names it."""
    return next((one for one in OpenIdFault if one.value == value), None)


_WORDS = {
    OpenIdFault.NO_ANSWER: Text(
        "身份认证平台没有回应，请稍后再试；有密码的可用密码登录",
        "the identity provider does not answer; try again later, or use your password if you have one",
    ),
    OpenIdFault.BAD_ANSWER: Text(
        "身份认证平台的回应无法使用，请告知系统管理员；有密码的可用密码登录",
        "the identity provider's answer cannot be used; tell the system administrator, or use your password",
    ),
    OpenIdFault.BUSY: Text(
        "同时登录的人太多，请过几秒再试", "too many people are signing in at once; try again in a few seconds"
    ),
    OpenIdFault.NOT_BEGUN: Text(
        "这次登录不是从这个浏览器开始的，或已超过 10 分钟，请重新登录",
        "this sign-in did not begin in this browser, or more than 10 minutes ago; begin again",
    ),
    OpenIdFault.USED: Text("这次登录已用过，请重新登录", "this sign-in was used already; begin again"),
    OpenIdFault.CANCELLED: Text(
        "您在身份认证平台取消了登录；需要时请重新登录",
        "you cancelled at the identity provider; begin again when you want to",
    ),
    OpenIdFault.REFUSED: Text(
        "身份认证平台没有同意这次登录，请重新登录；仍不行请告知系统管理员",
        "the identity provider refused this sign-in; begin again, and tell the system administrator if it stays so",
    ),
    OpenIdFault.BAD_TOKEN: Text(
        "身份认证平台给出的凭证没有通过检查，未予登录；请告知系统管理员",
        "what the identity provider vouched for did not pass the checks, so nobody was signed in; tell the system"
        " administrator",
    ),
    OpenIdFault.CLOCKS: Text(
        "身份认证平台给出的凭证已过期，或两边的时钟不一致；请重新登录，仍不行请告知系统管理员核对时钟",
        "the identity provider's word has expired, or the two clocks differ; begin again, and ask the system"
        " administrator to check the clock if it stays so",
    ),
    OpenIdFault.SHUT: Text(
        "与此身份绑定的账号已停用，请联系系统管理员",
        "the account that this identity belongs to is shut; ask the system administrator",
    ),
    OpenIdFault.OTHERS: Text(
        "此身份已与另一个账号绑定；请先在此退出，再用它登录，或请系统管理员解除绑定",
        "this identity belongs to another account; sign out here and sign in by it, or ask the system administrator to"
        " unlink it",
    ),
    OpenIdFault.WRONG_CODE: Text(
        "绑定码不对、已用过、已过期，或不是给这个账号的；请核对，或向系统管理员要一个新的",
        "the code is wrong, used, lapsed or for another account; check it, or ask the system administrator for another",
    ),
}
