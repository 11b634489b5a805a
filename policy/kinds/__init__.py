"""The closed set of rule kinds: each is a frozen record of typed parameters; a county needs no new ones."""

from policy.kinds.bars import ClaimClaimant, Exemption, PolicyTransition, SanctionBar
from policy.kinds.base import Params
from policy.kinds.evidence import EvidenceRetention, PresenceCheckIn, RecordRequired
from policy.kinds.money_heads import MoneyHeads, MoneyPerHead, MoneyShare
from policy.kinds.money_sums import (
    MoneyActualCost,
    MoneyCondition,
    MoneyCourseware,
    MoneyExternal,
    MoneySameAs,
    MoneyUplift,
)
from policy.kinds.money_tables import MoneyStaged, MoneyTable
from policy.kinds.money_units import MoneyPerUnit
from policy.kinds.people import HistoryUnique, PartyRelation, PeopleEligible, RateThreshold
from policy.kinds.process import ProcessDeadline, ProcessInspection, ProcessOrder
from policy.kinds.turnout import PresenceShare
from policy.kinds.video import VideoContinuous, VideoWholeClass

_ALL: tuple[type[Params], ...] = (
    VideoContinuous,
    VideoWholeClass,
    EvidenceRetention,
    PresenceCheckIn,
    PresenceShare,
    RecordRequired,
    ProcessOrder,
    ProcessDeadline,
    ProcessInspection,
    PeopleEligible,
    PartyRelation,
    HistoryUnique,
    RateThreshold,
    SanctionBar,
    ClaimClaimant,
    Exemption,
    PolicyTransition,
    MoneyPerUnit,
    MoneyHeads,
    MoneyPerHead,
    MoneyShare,
    MoneyTable,
    MoneyStaged,
    MoneyCourseware,
    MoneyActualCost,
    MoneyUplift,
    MoneyExternal,
    MoneySameAs,
    MoneyCondition,
)
KINDS: dict[str, type[Params]] = {kind.kind: kind for kind in _ALL}

__all__ = [
    "KINDS",
    "ClaimClaimant",
    "EvidenceRetention",
    "Exemption",
    "HistoryUnique",
    "MoneyActualCost",
    "MoneyCondition",
    "MoneyCourseware",
    "MoneyExternal",
    "MoneyHeads",
    "MoneyPerHead",
    "MoneyPerUnit",
    "MoneySameAs",
    "MoneyShare",
    "MoneyStaged",
    "MoneyTable",
    "MoneyUplift",
    "Params",
    "PartyRelation",
    "PeopleEligible",
    "PolicyTransition",
    "PresenceCheckIn",
    "PresenceShare",
    "ProcessDeadline",
    "ProcessInspection",
    "ProcessOrder",
    "RateThreshold",
    "RecordRequired",
    "SanctionBar",
    "VideoContinuous",
    "VideoWholeClass",
]
