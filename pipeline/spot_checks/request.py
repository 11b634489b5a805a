"""A draw that somebody asks for, and every reason against it before its lists are bound."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction

from facts.counting import counted
from facts.refusals import Refusal
from facts.spot_check import DrawClass, DrawRules, Stratum
from facts.text import Text

STRATA = {
    "": Text("不分层", "none"),
    "programme": Text("按培训项目", "by programme"),
    "institution": Text("按培训机构", "by institution"),
    "locality": Text("按地区", "by locality"),
}
_BY_DOUBTS = Text("权重为该班疑点数加一", "one more than the class's doubts")
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """What is to be drawn: all classes of an area unless some are chosen, and one share of each stratum unless it has a size."""

    title: str
    strata: str = ""
    share: str = "1/10"
    weighted: bool = False
    per_class: int = 2
    most: int = 10
    beacon: str = ""
    weights_because: str = ""
    sizes: tuple[Stratum, ...] = ()
    weights: Mapping[int, int] = field(default_factory=dict)  # by the numbers of the classes that are listed
    avoided: Mapping[str, Sequence[str]] = field(default_factory=dict)  # institutions, by the inspector's account name


def request_refusals(
    request: DrawRequest, class_numbers: AbstractSet[int], inspectors: AbstractSet[str]
) -> Iterator[Refusal]:
    """What stands against the draw: the classes of the area are named by their numbers, inspectors by their accounts."""
    if not request.title.strip():
        yield Refusal("title", Text("请写明抽查的名称", "give the draw a title"), "blanks", "a title")
    if request.strata not in STRATA:
        text = Text("请选择分层方式", "choose the strata")
        yield Refusal("strata", text, request.strata, "programme, institution, locality or nothing")
    if not class_numbers:
        text = Text("您的范围内没有可抽的班期", "there is no class within your area")
        yield Refusal("classes", text, "no class within your area", "at least one")
    yield from _unknown(request, class_numbers, inspectors)
    if len(inspectors) < request.per_class:
        text = Text(
            f"可派的抽查员只有 {len(inspectors)} 名，每班需 {request.per_class} 名",
            f"{counted(len(inspectors), 'inspector')}, {request.per_class} needed for a class",
        )
        yield Refusal("inspectors", text, str(len(inspectors)), f"at least {request.per_class}")
    if not request.sizes and not _is_share(request.share):
        text = Text("抽取比例应为 0 到 1 之间的数，如 1/10", "the share is a number up to 1, such as 1/10")
        yield Refusal("share", text, request.share, "a fraction above 0 and up to 1, such as 1/10")
    if request.weighted and any(weight != 1 for weight in request.weights.values()):
        text = Text("权重或按疑点，或逐班指定，不能兼用", "weights are by doubts or given for each class, not both")
        yield Refusal("weighted", text, "weights by doubts and weights for classes", "one of them")


def rules_of(request: DrawRequest, classes: Sequence[DrawClass]) -> DrawRules:
    """The rules that are declared with the draw."""
    names = sorted({one.stratum for one in classes})
    strata = request.sizes or tuple(Stratum(name, share=Fraction(request.share.strip())) for name in names)
    because = request.weights_because.strip() or (str(_BY_DOUBTS.zh) if request.weighted else "")
    return DrawRules(request.title.strip(), strata, request.per_class, request.most, request.beacon.strip(), because)


def stratum_of(request: DrawRequest, entry: DrawClass) -> str:
    """The stratum of a class."""
    return str(getattr(entry, request.strata)) if request.strata else ""


def _unknown(request: DrawRequest, class_numbers: AbstractSet[int], inspectors: AbstractSet[str]) -> Iterator[Refusal]:
    for number in sorted(set(request.weights) - class_numbers)[:_MOST_TOLD]:
        text = Text(f"班期 {number} 不在您的范围内", f"class {number} is not within your area")
        yield Refusal("classes", text, str(number), "the number of a class within your area")
    for name in sorted(set(request.avoided) - inspectors)[:_MOST_TOLD]:
        text = Text(f"回避声明中没有这名抽查员：{name[:60]}", f"no such inspector among the conflicts: {name[:60]}")
        yield Refusal("conflicts", text, name, "the account name of an inspector who may be sent")


def _is_share(text: str) -> bool:
    try:
        return 0 < Fraction(text.strip()) <= 1
    except (ValueError, ZeroDivisionError):
        return False
