"""Frames become observations: what was seen, when, how sure; knows no law."""
