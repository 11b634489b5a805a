"""Recognition (认人): who was there by their faces, only where everybody consented."""
