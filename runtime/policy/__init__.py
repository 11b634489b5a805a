"""The rulebooks at hand: those of the program, of a folder, and those that were handed in to the service."""
