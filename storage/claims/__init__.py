"""Decisions on claims in the database: rows are only added, and every event is a leaf of the log in the same transaction."""
