"""The database: one schema for SQLite and PostgreSQL, migrated forward only; records of the domain know nothing of it."""
