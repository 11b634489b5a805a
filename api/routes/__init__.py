"""The JSON API under ``/api/v1``, one router per module; a module that has a ``router`` is part of the service."""
