"""Everything that is done to a request: a verb each, with its entry in the log."""
