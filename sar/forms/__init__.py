"""What is typed about a request. Forms check and never save; their questions are the verbs' own names."""
