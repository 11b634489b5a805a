"""What people do about doubts, of claims and of classes, with the evidence store and a database."""
