"""Doors: what is due, held, proposed and destroyed."""
