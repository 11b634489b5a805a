"""Supervision of institutions, with a database: measures, who is told of them, what they mean for a claim."""
