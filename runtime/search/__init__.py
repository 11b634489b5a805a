"""What a few words find of everything that the caller may see, and one person for a reason."""
