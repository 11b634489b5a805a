"""Cameras of the service: what is to be recorded, by whom, and what came of it."""
