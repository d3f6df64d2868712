"""What is typed about consents, notices and sharing, by noun.

Each form's `clean` gives the arguments of its verb in `consent.actions`.
"""
