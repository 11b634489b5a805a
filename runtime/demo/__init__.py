"""The sample class and the service filled with it."""
