"""A first meeting on one screen: the notice and every answer, all of it or nothing."""

from datetime import date
from http import HTTPStatus

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Agency, Kinship
from consent.actions.first_meetings import (
    Answered,
    NoticeSaid,
    hold_first_meeting,
    set_first_asked,
)
from consent.models import (
    Consent,
    FirstAsked,
    Giver,
    HowGiven,
    NoticeGiven,
    PrivacyNotice,
    State,
    Wording,
)
from consent.purposes import Purpose
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    AgencyFactory,
    CaseProfessionalFactory,
    ProfessionalFactory,
    RelationshipFactory,
    ServiceFactory,
)
from tests.factories.consent import (
    ConsentFactory,
    FirstAskedFactory,
    PrivacyNoticeFactory,
    WordingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A service that asks for two things, and a school that works with the family."""
    world = a_world()
    for purpose in (Purpose.WORKING_TOGETHER, Purpose.SENSITIVE_DETAILS):
        WordingFactory(purpose=purpose, text=f"I agree to {purpose.label.lower()}.")
        FirstAskedFactory(service=world.service, purpose=purpose)
    PrivacyNoticeFactory()
    teacher = ProfessionalFactory(agency=AgencyFactory(name="Larch Primary School"))
    CaseProfessionalFactory(case=world.case, professional=teacher)
    return world


@pytest.fixture
def school(world):
    return Agency.objects.get(name="Larch Primary School")


def in_words(purpose):
    return Wording.objects.get(purpose=purpose)


def page_of(world, person=None):
    page = reverse("consent:first-meeting", args=[world.case.reference])
    return f"{page}?with={person.reference}" if person else page


def typed(school, day=None, **changed):
    """A whole meeting, as it is sent: the notice, and a yes to both questions before a witness."""
    day = day or timezone.localdate()
    words = {
        "was_given": "yes",
        "notice": PrivacyNotice.objects.get().pk,
        "means": "read_out",
        "form": "standard",
        "language": "English",
        f"answer_working_together_{school.pk}": "given",
        "answer_working_together": "later",
        "answer_sensitive_details": "given",
        "giver": "self",
        "how": "spoken",
        "witness": "Rana Malik",
        "given_on_0": day.day,
        "given_on_1": day.month,
        "given_on_2": day.year,
    }
    return words | changed


def held(world, **changed):
    words = {
        "person": world.amelia,
        "given_on": timezone.localdate(),
        "notice": NoticeSaid(
            notice=PrivacyNotice.objects.get(), means="handed", form="standard", language="English"
        ),
        "answers": [
            Answered(in_words(Purpose.SENSITIVE_DETAILS), State.GIVEN),
            Answered(in_words(Purpose.WORKING_TOGETHER), State.REFUSED, agency="The Elms Surgery"),
        ],
        "giver": Giver.SELF,
        "how": HowGiven.SIGNED,
        "by": world.worker,
    }
    return hold_first_meeting(**words | changed)


# Writing it down


def test_the_notice_and_each_answer_are_written_down_and_leave_their_entries(world):
    with entries_since() as left:
        met = held(world)
    assert [entry.verb for entry in left] == [
        Verb.PRIVACY_NOTICE_GIVEN,
        Verb.CONSENT_RECORDED,
        Verb.AGENCY_ADDED,
        Verb.CONSENT_RECORDED,
    ]
    assert [(one.purpose, one.state, one.recipient_in_words) for one in met.consents] == [
        ("sensitive_details", "given", "Ourselves only"),
        ("working_together", "refused", "The Elms Surgery"),
    ]
    with entries_since() as left:
        assert held(world) == met
    assert left == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"notice": None, "answers": []}, "at least one thing"),
        ({"given_on": date(2025, 12, 1), "why_late": "Found."}, "was adopted on"),
        ({"how": HowGiven.SPOKEN}, "needs a witness"),
        ({"person": "joe"}, "Write why you think that they understood"),
        ({"giver": Giver.AUTHORITY}, "what gives them the authority"),
    ],
)
def test_refused_in_one_part_nothing_of_it_is_kept(world, wrong, sentence):
    if "person" in wrong:
        wrong = {"person": world.joe}
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        held(world, **wrong)
    assert left == []
    assert not NoticeGiven.objects.exists()
    assert not Consent.objects.exists()
    assert not Agency.objects.filter(name="The Elms Surgery").exists()


def test_without_an_entry_nothing_of_it_is_kept(world, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        held(world)
    assert not NoticeGiven.objects.exists()
    assert not Consent.objects.exists()


def test_a_child_answers_with_a_note_on_how_they_understood_and_a_parent_for_them(world):
    one = [Answered(in_words(Purpose.SENSITIVE_DETAILS), State.GIVEN)]
    met = held(world, person=world.joe, answers=one, authority="He said it back to me.")
    assert met.consents[0].authority == "He said it back to me."
    RelationshipFactory(
        person=world.amelia, other=world.joe, kind=Kinship.PARENT, parental_responsibility=True
    )
    two = [Answered(in_words(Purpose.WORKING_TOGETHER), State.GIVEN, agency=AgencyFactory())]
    met = held(world, person=world.joe, answers=two, giver=Giver.PARENT, parent=world.amelia)
    assert met.consents[0].until is not None


# The page


def test_one_page_asks_what_the_service_needs_and_saves_it_together(world, school):
    browser = signed_in(world.worker)
    everybody = browser.get(page_of(world)).content.decode()
    assert "0 of 2" in everybody
    assert page_of(world, world.joe) in everybody
    page = browser.get(page_of(world, world.amelia)).content.decode()
    assert "I agree to keeping sensitive details that were offered." in page
    assert "With Larch Primary School" in page
    sent = browser.post(page_of(world, world.amelia), typed(school))
    assert sent.status_code == HTTPStatus.FOUND
    assert NoticeGiven.objects.get().person == world.amelia
    assert {(one.purpose, one.agency) for one in Consent.objects.all()} == {
        ("working_together", school),
        ("sensitive_details", None),
    }
    assert "2 of 2" in browser.get(page_of(world)).content.decode()
    again = browser.get(page_of(world, world.amelia)).content.decode()
    assert "With Larch Primary School" not in again
    assert "They agreed already" in again


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"means": ""}, "Choose how they were given it."),
        ({"answer_working_together": "given"}, "Choose which agency, or write its name below."),
        ({"answer_sensitive_details": "not_asked"}, "Say why they were not asked."),
        ({"witness": ""}, "Write who heard it"),
        ({"given_on_2": "2099"}, "This day has not come yet."),
        ({"given_on_2": "2026", "given_on_1": "1", "given_on_0": "9"}, "written down only now"),
    ],
)
def test_a_mistake_loses_nothing_and_writes_nothing(world, school, changed, sentence):
    words = typed(school, language="Kurmanji", new_agency_working_together="", **changed)
    sent = signed_in(world.worker).post(page_of(world, world.amelia), words)
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    text = sent.content.decode()
    assert sentence in text
    assert "Kurmanji" in text
    assert not NoticeGiven.objects.exists()
    assert not Consent.objects.exists()


def test_nothing_at_all_is_refused_with_a_sentence(world, school):
    later = {"was_given": "no", "answer_sensitive_details": "later"}
    words = typed(school, **later, **{f"answer_working_together_{school.pk}": "later"})
    sent = signed_in(world.worker).post(page_of(world, world.amelia), words)
    assert "Write down at least one thing" in sent.content.decode()


def test_only_who_records_consents_of_that_case_gets_in(world):
    outsider = signed_in(member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Outsider"))
    reader = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Reader"))
    somebody = ConsentFactory().person
    with entries_since() as left:
        assert outsider.get(page_of(world)).status_code == HTTPStatus.NOT_FOUND
        assert reader.get(page_of(world)).status_code == HTTPStatus.FORBIDDEN
        stranger = signed_in(world.worker).get(page_of(world, somebody))
        assert stranger.status_code == HTTPStatus.NOT_FOUND
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED] * 3


# What a service asks


def test_the_dpo_says_what_a_service_asks(world):
    browser, page = signed_in(the(Role.DPO)), reverse("consent:first-asked")
    assert "What each service asks" in browser.get(page).content.decode()
    with entries_since() as left:
        sent = browser.post(page, {f"of_{world.service.slug}": ["report", "working_together"]})
    assert sent.status_code == HTTPStatus.FOUND
    assert [entry.verb for entry in left][-1] == Verb.FIRST_ASKED_SET
    asked = FirstAsked.objects.filter(service=world.service).values_list("purpose", flat=True)
    assert set(asked) == {"report", "working_together"}
    assert signed_in(world.manager).get(page).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("role", "asked", "sentence"),
    [
        (Role.SERVICE_MANAGER, ["report"], "The Data Protection Officer says"),
        (Role.DPO, ["marketing"], "never for marketing"),
        (Role.DPO, ["safeguarding"], "does not rest on consent"),
        (Role.DPO, ["working_together", "sensitive_details"], "what they ask already"),
    ],
)
def test_setting_it_refused_leaves_no_trace(world, role, asked, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        set_first_asked(asked={world.service: asked}, by=the(role))
    assert left == []


def test_without_an_entry_what_is_asked_stays(world, request):
    dpo = the(Role.DPO)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        set_first_asked(asked={world.service: []}, by=dpo)
    assert FirstAsked.objects.count() == 2


def test_the_database_takes_no_purpose_without_consent():
    with pytest.raises(IntegrityError, match="first_asked_purpose_is_known"):
        FirstAskedFactory(purpose="marketing")
