"""Pages about notices, consents and sharing, by noun."""
