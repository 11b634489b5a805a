"""Recording files as they come off NVRs and cards: what they are, when made, where broken."""
