"""Exports of the registries that a county keeps (XLSX, CSV) to rows; every fault is listed and nothing is guessed."""
