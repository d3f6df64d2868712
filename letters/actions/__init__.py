"""What is done with letters and their templates."""
