"""Verbs about keeping and destroying."""
