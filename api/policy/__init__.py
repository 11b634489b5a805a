"""Rulebooks (政策) shown: documents, their rules, where two differ."""
