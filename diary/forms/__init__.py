"""What is typed in the diary, by noun."""
