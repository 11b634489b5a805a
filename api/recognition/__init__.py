"""Recognition (认人): the switch, consents, photographs, and what faces said."""
