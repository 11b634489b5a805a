"""Recognition (认人): switched on for a class, consented to, looked at, and deleted again."""
