"""What may be done to the client record: every change is one of these verbs, and leaves its entry."""
