"""Which registry a file is an export of: by its name, else by the columns that only one of them has."""

from pathlib import Path

from facts.registry import Registry
from ingest.registries.reader import columns_found
from ingest.tables.bounds import OF_A_REGISTRY
from ingest.tables.fault import Faults
from ingest.tables.sheet import read_sheets

# What people call the exports, in the names of their files.
_NAMES = {
    Registry.REALNAME: "实名制",
    Registry.SESSIONS: "课表 课程表",
    Registry.CERTIFICATES: "证书",
    Registry.EMPLOYMENT: "就业 社保",
    Registry.PENSION: "养老",
    Registry.BENEFITS: "其他补贴 待遇补贴",
    Registry.STAFF: "教职工",
    Registry.INSTITUTIONS: "培训机构目录 机构目录",
    Registry.EVALUATORS: "评价机构",
    Registry.SANCTIONS: "整改 处理 处罚",
}


def registry_of(path: Path) -> Registry | None:
    """The registry; nothing where its name does not say and its columns fit none, or several equally well."""
    named = _named(path.stem.casefold())
    if len(named) == 1:
        return named[0]
    sheets = [sheet for sheet in read_sheets(path, path.name, Faults(), OF_A_REGISTRY) if sheet.rows]
    fits = {registry: max((columns_found(sheet, registry) for sheet in sheets), default=0) for registry in Registry}
    most = max(fits.values())
    best = [registry for registry, count in fits.items() if count == most]
    return best[0] if most and len(best) == 1 else None


def _named(name: str) -> list[Registry]:
    own = [registry for registry in Registry if name.startswith(registry.value)]
    return own or [registry for registry, words in _NAMES.items() if any(word in name for word in words.split())]
