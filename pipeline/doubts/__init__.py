"""What may happen to a doubt, of a claim or of a class."""
