"""The pages of rights requests."""
