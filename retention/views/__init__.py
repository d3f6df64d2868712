"""Pages about keeping and destroying."""
