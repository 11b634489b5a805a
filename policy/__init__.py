"""Government documents as dated, cited data: rulebooks, their loader, their linter."""
