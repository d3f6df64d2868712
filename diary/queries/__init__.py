"""The door to the diary, by page."""
