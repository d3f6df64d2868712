"""The pages of the client record."""
