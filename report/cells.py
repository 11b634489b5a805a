"""What may stand in a cell of a table that others open: text, and nothing that a spreadsheet would run."""

# What Excel, WPS and their relatives take for the beginning of a formula (CWE-1236).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST = 32_000


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: what could begin a formula gets an apostrophe, as Excel itself writes it."""
    clean = "".join(char for char in text if char >= " " or char == "\n")[:_LONGEST]
    return f"'{clean}" if clean.lstrip().startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else clean
