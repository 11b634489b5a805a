"""Keeps evidence under retention, in stores that say truthfully how strongly they enforce it."""
