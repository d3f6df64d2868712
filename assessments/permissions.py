"""Who may do what to questions, answers and plans: the person and the state in one answer.

Whoever opens a case reads what was answered, measured and planned in it; whoever writes in it writes
these as well. Defining what is asked shows no client, so it is for those who run the charity's settings.
"""

from accounts.models import User
from assessments.models import Assessment, Goal, Plan
from assessments.workflow import AssessmentStatus, GoalStatus, PlanStatus
from cases.permissions import can_write_in, may_write


def can_define(user: User) -> bool:
    """Say what services, assessments and measures ask."""
    return user.has_perm("assessments.define_questions")


def can_write_on(user: User, assessment: Assessment) -> bool:
    """Go on writing a draft: whoever writes in its open case. A correction goes on in a closed one too."""
    if assessment.status != AssessmentStatus.DRAFT:
        return False
    is_correction = assessment.corrects_id is not None
    return may_write(user, assessment.case) and (
        is_correction or can_write_in(user, assessment.case)
    )


def can_correct(user: User, assessment: Assessment) -> bool:
    """Correct a final assessment: whoever writes in its case; a closed case is corrected as well."""
    return assessment.status == AssessmentStatus.FINAL and may_write(user, assessment.case)


def can_move_goal(user: User, goal: Goal) -> bool:
    """Look at a goal again, or end it: while it is open, in an open case."""
    return goal.status == GoalStatus.OPEN and can_write_in(user, goal.case)


def can_write_plan(user: User, plan: Plan) -> bool:
    """Go on writing a plan: while it is a draft, in an open case."""
    return plan.status == PlanStatus.DRAFT and can_write_in(user, plan.case)
