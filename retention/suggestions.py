"""The rows that the product suggests (law.md section 5). A suggestion binds nobody until it is adopted.

There is no period in law for most of these records: each charity decides, with its reason. The Data
Protection Officer reads each suggestion, changes what does not fit, and adopts it.
"""

from dataclasses import dataclass

from core.privacy import Retention
from retention.models import About, Category, Outcome

# Kinds of the declarations that have no period of their own, and why.
WITHOUT_A_PERIOD = {
    Retention.SHARING: "goes with the case file, or with the person, that it concerns",
    Retention.SETTING: "about nobody",
    Retention.SHORT_LIVED: "forgotten after days by the nightly jobs",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What an adopted row would say."""

    slug: str
    category: Category
    title: str
    reason: str
    outcome: Outcome = Outcome.DESTROY
    about_whom: About = About.ANYBODY
    months_after_end: int | None = None
    months_after_activity: int | None = None
    birthday: int | None = None
    months_after_death: int | None = None
    months_after_consent: int | None = None
    citation: str = ""
    # Which service it was thought for; the officer chooses the charity's own.
    thought_for: str = ""


ARTICLE = "UK GDPR Art 5(1)(e); DPA 2018 Sch 1 para 41"

SUGGESTIONS: tuple[Suggestion, ...] = (
    Suggestion(
        slug="family-support",
        category=Category.CASE_FILE,
        title="Family support and children in need",
        birthday=18,
        months_after_activity=36,
        reason="A young adult may ask what help the family had, and families often come back within three "
        "years.",
        citation=ARTICLE,
    ),
    Suggestion(
        slug="counselling-adult",
        category=Category.CASE_FILE,
        title="Counselling of adults",
        about_whom=About.ADULTS,
        months_after_end=84,
        reason="A claim about the counselling can be brought for six years, and is heard of in the seventh.",
        citation="Limitation Act 1980",
        thought_for="Counselling",
    ),
    Suggestion(
        slug="counselling-child",
        category=Category.CASE_FILE,
        title="Counselling of children",
        about_whom=About.CHILDREN,
        months_after_end=84,
        birthday=25,
        reason="A child's time to bring a claim begins at the 18th birthday.",
        citation="Limitation Act 1980",
        thought_for="Counselling",
    ),
    Suggestion(
        slug="young-carers",
        category=Category.CASE_FILE,
        title="Young carers",
        months_after_end=180,
        reason="Young carers ask for years afterwards what was known of their home.",
        thought_for="Young carers",
    ),
    Suggestion(
        slug="mediation",
        category=Category.CASE_FILE,
        title="Family mediation",
        months_after_end=72,
        reason="An agreement can be disputed for six years.",
        citation="Limitation Act 1980",
        thought_for="Family mediation",
    ),
    Suggestion(
        slug="enquiry",
        category=Category.ENQUIRY,
        title="Enquiries only",
        months_after_end=12,
        reason="Somebody who asked may ring again within the year; after that nothing rests on it.",
        citation=ARTICLE,
    ),
    Suggestion(
        slug="group",
        category=Category.GROUP_ACTIVITY,
        title="Groups and drop-ins",
        months_after_activity=36,
        reason="Funders ask for three years who came, and an accident can be claimed for as long.",
        citation=ARTICLE,
    ),
    Suggestion(
        slug="safeguarding",
        category=Category.SAFEGUARDING,
        title="Child protection concerns",
        months_after_activity=420,
        outcome=Outcome.REVIEW,
        reason="People harmed as children often speak of it decades later, and inquiries ask for the file.",
        citation="DPA 2018 Sch 1 para 18",
    ),
    Suggestion(
        slug="allegation",
        category=Category.ALLEGATION,
        title="Allegations against staff and volunteers",
        months_after_end=120,
        outcome=Outcome.REVIEW,
        reason="Ten years, or until retirement where that is later: the review asks for the age.",
        citation="Keeping children safe in education, Part four",
    ),
    Suggestion(
        slug="rights-request",
        category=Category.RIGHTS_REQUEST,
        title="Rights-request papers",
        months_after_end=72,
        reason="How a request was answered can be brought to court for six years.",
        citation="Limitation Act 1980",
    ),
    Suggestion(
        slug="complaint",
        category=Category.COMPLAINT,
        title="Complaints and compliments",
        months_after_end=120,
        reason="What was found and what we changed is asked for again when the same is said of us years later.",
        citation=ARTICLE,
    ),
    # Without a period: no law and no guidance has one, so nothing is suggested that could be taken for it.
    Suggestion(
        slug="breach-log",
        category=Category.BREACH,
        title="Breach log",
        reason="Every breach is written down, so that the regulator can check what was done. No law says for how long: "
        "decide it, and write here why.",
        citation="UK GDPR Art 33(5)",
    ),
    Suggestion(
        slug="volunteers",
        category=Category.STAFF,
        title="Staff and volunteers",
        months_after_end=72,
        outcome=Outcome.REVIEW,
        reason="A claim from the time somebody worked here can be brought for six years.",
        citation="Limitation Act 1980",
    ),
    Suggestion(
        slug="log",
        category=Category.LOG,
        title="What was typed, in the log",
        months_after_end=120,
        reason="Shows what was changed and searched for as long as most records live, and goes by whole months. "
        "What was typed about somebody who is destroyed goes with them; that somebody looked stays.",
        citation="UK GDPR Art 5(1)(e) and 5(2)",
    ),
)


def suggestion_named(slug: str) -> Suggestion | None:
    """The suggestion that an address names."""
    return next((one for one in SUGGESTIONS if one.slug == slug), None)
