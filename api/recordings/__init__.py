"""Recordings on screen: the camera wall, clips, previews, stated recording times."""
