"""The evidence log: its leaves, its signed heads, its time stamps."""
