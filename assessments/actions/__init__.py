"""What may be done to questions, answers and plans: every change is one of these verbs, with its entry."""
