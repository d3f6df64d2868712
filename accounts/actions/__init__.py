"""What may be done to accounts, and how staff are told of something, by noun."""
