"""Verification (核验): what is judged of a class's hours, and what waits for somebody."""
