"""Spot checks (抽查): drawn by lot, signed twice, evidence held meanwhile."""
