"""Backups: the database and the files, encrypted, kept for a time of their own, and brought back."""
