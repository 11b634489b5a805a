"""Sealing: packages (证据包) made, listed, handed out and checked."""
