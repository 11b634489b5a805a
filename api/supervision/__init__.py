"""Supervision (监管): what an authority records about an institution, with terms, letters and answers."""
