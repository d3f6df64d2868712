"""What is typed into those pages. Forms check, and never save."""
