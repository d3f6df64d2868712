"""The door: the only way from a view to a record. It asks, writes the look, and then hands over."""
