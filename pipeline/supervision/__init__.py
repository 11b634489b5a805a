"""What may happen to a measure against an institution (监管)."""
