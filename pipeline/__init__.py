"""Use cases that join the stages, and the ports that they need."""
