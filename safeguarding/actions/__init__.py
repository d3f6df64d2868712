"""What may be done about concerns and allegations: each is a verb, and leaves its entry."""
