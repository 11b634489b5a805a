"""The overview (概况): what all classes within reach amount to."""
