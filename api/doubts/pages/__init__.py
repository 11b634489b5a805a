"""疑点 in the console: those of one class, those of every class, and what waits for whom."""
