"""Why a passage may be withheld: the exemptions of the Data Protection Act 2018, as data.

An exemption is a named person's decision about a passage or an item, never a switch on a whole file.
The test is for whoever decides, the plain words are for the person who asked. The exemption for social
work (Sch 3 paras 7-11) is not here: it covers designated bodies only, and the charity is none.

One reason is no exemption, and stands among them because it is decided, undone and read like one: that an
item was not held when the request came. It is taken for whole items that were written down later
(`sar.receipt`), and for nothing else.
"""

from dataclasses import dataclass

from django.db import models

from core.errors import Refused


class Exemption(models.TextChoices):
    """The codes, with the words staff choose by."""

    THIRD_PARTY = "third_party", "It would identify somebody else"
    SERIOUS_HARM = "serious_harm", "Health: likely to cause serious harm"
    NO_HEALTH_OPINION = "no_health_opinion", "Health: no health professional has been asked yet"
    CHILD_EXPECTED = "child_expected", "Health: the child expected that a parent would not be told"
    CHILD_ABUSE = "child_abuse", "Child abuse data: not in the child's best interests"
    CRIME = "crime", "It would get in the way of preventing or investigating a crime"
    PRIVILEGE = "privilege", "Legal advice"
    MANAGEMENT = "management", "Plans of the charity, or negotiations with the person"
    REFERENCE = "reference", "A reference given in confidence"
    NOT_HELD = "not_held", "Not held when the request came"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Where an exemption stands, what has to be true for it, and how the person is told."""

    provision: str
    test: str
    plain_words: str
    # Whether the law lets us be silent about it where saying so would undo it.
    may_be_silent: bool = False
    # Whether the law exempts it; not so where the copy does not have to hold it at all.
    is_exemption: bool = True


RULINGS: dict[Exemption, Ruling] = {
    Exemption.THIRD_PARTY: Ruling(
        provision="Data Protection Act 2018, Schedule 2, paragraph 16",
        test=(
            "It identifies another person, who has not agreed, and it is not reasonable to tell "
            "without: weigh what it is, any duty of confidence, what was done to ask them, whether "
            "they can agree, and whether they refused. Of health workers in the record, education "
            "workers and people paid for similar services telling is presumed reasonable "
            "(paragraph 17); volunteers are not covered by that."
        ),
        plain_words="It is about somebody else, who has a right to privacy as well.",
    ),
    Exemption.SERIOUS_HARM: Ruling(
        provision="Data Protection Act 2018, Schedule 3, paragraph 5",
        test=(
            "Telling would be likely to do serious harm to the health of the person or of somebody "
            "else, in the opinion of a health professional that is no older than six months."
        ),
        plain_words=(
            "A health professional thinks that reading it could do serious harm to you or to "
            "somebody else."
        ),
        may_be_silent=True,
    ),
    Exemption.NO_HEALTH_OPINION: Ruling(
        provision="Data Protection Act 2018, Schedule 3, paragraph 6",
        test=(
            "It is about health, the person has not seen it and does not know it, and we have no "
            "opinion of a health professional, no older than six months, that telling does no "
            "serious harm."
        ),
        plain_words=(
            "It is about health. The law says that we must ask a health professional before we "
            "give it to you, and we have no answer yet."
        ),
    ),
    Exemption.CHILD_EXPECTED: Ruling(
        provision="Data Protection Act 2018, Schedule 3, paragraph 4",
        test=(
            "A parent asks, and the child gave the information expecting that it would not reach "
            "them, or said so."
        ),
        # Whoever reads it asks for the child, and “you” is the child in that copy.
        plain_words="The child told it in the trust that whoever asks for them would not be told.",
        may_be_silent=True,
    ),
    Exemption.CHILD_ABUSE: Ruling(
        provision="Data Protection Act 2018, Schedule 3, paragraph 21",
        test=(
            "Somebody with parental responsibility asks, it is about whether the child has been or "
            "may be abused, and telling is not in the child's best interests."
        ),
        plain_words="It would not be in the child's best interests to give it to whoever asks for them.",
        may_be_silent=True,
    ),
    Exemption.CRIME: Ruling(
        provision="Data Protection Act 2018, Schedule 2, paragraph 2",
        test=(
            "Telling would be likely to get in the way of preventing, investigating or detecting a "
            "crime, or of catching or trying somebody."
        ),
        plain_words="It could get in the way of preventing a crime or looking into one.",
        may_be_silent=True,
    ),
    Exemption.PRIVILEGE: Ruling(
        provision="Data Protection Act 2018, Schedule 2, paragraph 19",
        test="It is legal advice, or was made for a case in court, and is kept in confidence.",
        plain_words="It is legal advice, which the law keeps private.",
    ),
    Exemption.MANAGEMENT: Ruling(
        provision="Data Protection Act 2018, Schedule 2, paragraphs 22 and 23",
        test=(
            "It is about the charity's planning, or records what the charity means to do in "
            "negotiations with the person, and telling would be likely to harm that."
        ),
        plain_words="It is about plans of ours, or about something we are still settling with you.",
    ),
    Exemption.REFERENCE: Ruling(
        provision="Data Protection Act 2018, Schedule 2, paragraph 24",
        test="It is a reference given, or to be given, in confidence.",
        plain_words="It is a reference that was given in confidence.",
    ),
    Exemption.NOT_HELD: Ruling(
        provision="UK GDPR, Article 15: a copy is of what was held when the request came",
        test=(
            "It was written down here after the day on which the request came, and nothing of it was held "
            "anywhere before: not on paper, in an e-mail, on a telephone or in a draft."
        ),
        plain_words="It was written down after you asked. You can ask for it again.",
        is_exemption=False,
    ),
}

# What somebody chooses among who withholds something.
EXEMPTIONS = [(one.value, one.label) for one, ruling in RULINGS.items() if ruling.is_exemption]


def check_exempt(exemption: Exemption) -> None:
    """Raise Refused for a reason that is no exemption: it takes nothing out of what was held."""
    if not RULINGS[exemption].is_exemption:
        raise Refused(
            "“Not held when the request came” is no exemption: on the page of an item that was written down "
            "later, leave it out as a whole."
        )


class Basis(models.TextChoices):
    """Why words about somebody else go out all the same (Data Protection Act 2018, Sch 2 para 16 and 17)."""

    CONSENT = "consent", "They agreed that it is told"
    REASONABLE = "reasonable", "It is reasonable to tell it without asking them"
    PROFESSIONAL = "professional", "A paid professional at their work (paragraph 17)"
    KNOWN = "known", "The person knows it already"


class HealthGround(models.TextChoices):
    """Why words about health may go out (Data Protection Act 2018, Sch 3 para 6)."""

    KNOWN = "known", "The person has seen it already, or knows it"
    OPINION = "opinion", "A health professional says that it does no serious harm"
    # A topic, or a mark in the text, may mean somebody else: it proposes, and a person decides.
    NOT_THEIRS = "not_theirs", "It says nothing about this person’s own health"


class HarmAnswer(models.TextChoices):
    """What a health professional says who was asked."""

    NO_HARM = "no_harm", "Telling is not likely to do serious harm"
    HARM = "harm", "Telling is likely to do serious harm"


# How long an opinion counts. This period is not moved to a working day (Sch 3 para 6(3)).
OPINION_MONTHS = 6
