"""What may be done in the diary, by noun."""
