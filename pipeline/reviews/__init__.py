"""Reviews of class hours by people: what they are asked to mark."""
