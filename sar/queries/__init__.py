"""The door to requests, to what is held about their person, and to packs."""
