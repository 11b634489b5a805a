"""Walks: how many clicks and seconds each person needs on a fresh service, from the set-up link to a settled hour."""
