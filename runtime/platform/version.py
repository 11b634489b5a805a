from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("xueshi")
    except PackageNotFoundError:  # run from its source folder
        return "(not installed)"


VERSION = _installed()
TOOL = f"xueshi {VERSION}"  # as reports, packages and certificates name what made them
