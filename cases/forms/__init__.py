"""What is typed into the pages of the client record. Forms check, and never save."""
