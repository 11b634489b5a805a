"""Steps from each schema to the next, run by Alembic; each is written once and never changed."""
