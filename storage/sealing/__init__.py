"""Seals one class day into a package (证据包) that a stranger checks with nothing but Python."""
