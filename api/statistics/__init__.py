"""The overview (概况): pages and the JSON API."""
