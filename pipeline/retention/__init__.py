"""Retention: what is kept until when, holds, deletions with certificates."""
