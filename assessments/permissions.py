"""Who may do what to questions, answers and plans: the person and the state in one answer.

Whoever opens a case reads what was answered, measured and planned in it; whoever writes in it writes
these as well. Defining what is asked shows no client, so it is for those who run the charity's settings.
"""

from accounts.models import User


def can_define(user: User) -> bool:
    """Say what services, assessments and measures ask."""
    return user.has_perm("assessments.define_questions")
