"""Draws sample classes with exact truth; no real person in them."""
