"""Recognition: the switch, the consents, and the faces for as long as they are kept."""
