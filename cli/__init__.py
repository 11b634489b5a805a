"""The xueshi command: one thin module per command group."""
