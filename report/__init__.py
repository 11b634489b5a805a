"""Pictures and documents drawn from verdicts."""
