"""Rules of consents and of the sharing log that the database keeps; functions in migration 0001."""

import pgtrigger

from audit.triggers import OwnFunction


class WordingIsForEver(OwnFunction):
    """A wording that was published is never changed and never goes: somebody agreed to it."""

    function = "public.consent_wording_for_ever"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row


class NoticeIsForEver(OwnFunction):
    """A notice that was adopted is never changed and never goes: somebody was given it."""

    function = "public.consent_notice_for_ever"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row


class GivenNotice(OwnFunction):
    """Nobody was given a notice on a day before it was adopted."""

    function = "public.consent_notice_given"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class LookedAtByAnother(OwnFunction):
    """Nobody looks at their own entry in the sharing log as its manager."""

    function = "public.consent_looked_at_by_another"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class ProbativeBeforeShared(OwnFunction):
    """Nothing of a victim's counselling left us without substantial value as evidence."""

    function = "public.consent_probative_before_shared"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class GivenRightly(OwnFunction):
    """A consent rests on a wording for its purpose; a parent's, on recorded responsibility."""

    function = "public.consent_given_rightly"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class ShowsTheirSignature(OwnFunction):
    """A paper stands beside an answer that was signed on paper, and is about whoever it is the answer of."""

    function = "public.consent_shows_their_signature"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class OnlyWithdrawn(OwnFunction):
    """Nothing of a consent changes but that it is withdrawn, once."""

    function = "public.consent_only_withdrawn"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class OnlyDestroyed(OwnFunction):
    """A row goes only where the log says, in the same transaction, that something is destroyed."""

    function = "public.consent_only_destroyed"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    level = pgtrigger.Statement


class Permitted(OwnFunction):
    """What is shared on permission has each person's consent, for that purpose and agency, at that moment.

    The consent stays locked until the sharing is committed, so that withdrawing waits.
    """

    function = "public.consent_share_permitted"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class NotToWhomeverTheyAreKeptFrom(OwnFunction):
    """Nothing about somebody goes to whom a marker keeps them from, however the name is spelt; what a court
    orders, or saves somebody from harm, does where another person decided so (features.md N1, docs/adr/0043).
    """

    function = "public.consent_kept_from"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class HeldWhileShared(OwnFunction):
    """Neither the person nor the agency is merged or parted while something is shared on permission.

    PostgreSQL runs triggers by their names: this one before `Permitted`, which then sees what was waited for.
    """

    function = "public.consent_held_while_shared"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class AboutSomebody(OwnFunction):
    """When the transaction ends, a sharing-log entry is about at least one person."""

    function = "public.consent_share_about_somebody"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    level = pgtrigger.Row
    timing = pgtrigger.Deferred


ONLY_DESTROYED = OnlyDestroyed(name="only_destroyed")
