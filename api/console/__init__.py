"""The pages, drawn on the server; a module that has a ``router`` is part of the console, its ``NAV`` stands in the menu."""
