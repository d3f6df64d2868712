"""Placeholder: the invented families of the demo are written later.

What parenting2000/management/commands/demo.py asks of this module is these two names.
"""

# One account for each role: what the role is called, e-mail, password.
ACCOUNTS: list[tuple[str, str, str]] = []


def load_families() -> None:
    """Load the invented families and ACCOUNTS. Called once, inside one transaction."""
