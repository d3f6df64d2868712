"""What may be done with a file that is brought in, by step."""
