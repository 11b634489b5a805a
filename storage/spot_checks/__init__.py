"""Published draws: the checker that travels beside them, needing nothing but Python."""
