"""The door to what was answered, measured and planned."""
