"""Settings, the clock, and the one place where concrete parts are wired together."""
