"""Pages of the diary, by noun."""
