"""The register of kept evidence in the database, and certificates of what was deleted."""
