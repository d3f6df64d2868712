"""How somebody may be reached, and who may be told: the rules, and the rows they are read from."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import (
    Address,
    Agency,
    ContactPoint,
    CourtOrder,
    DoNotContact,
    DoNotDisclose,
    Means,
    Person,
    Professional,
)
from cases.normal import place_key
from cases.queries.safe_contact import (
    KEEPS_AWAY,
    KeptAway,
    Known,
    Recipient,
    decide_disclosure,
    decide_reach,
    may_be_told,
    names_compared,
    reach,
    reach_many,
)
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    ContactPointFactory,
    CourtOrderFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    ProfessionalFactory,
)

TODAY = date(2026, 11, 26)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

AMELIA = Person(pk=1, given_names="Amelia", family_name="Hart")
HIS_HOME, HIS_NUMBER = "PR9 0ZZ 12", "+447700900777"
MARCUS = KeptAway(name="Marcus Webb", homes=frozenset({HIS_HOME}), numbers=frozenset({HIS_NUMBER}))

addresses = st.builds(
    Address,
    kind=st.sampled_from(Address.Kind.values),
    lines=st.sampled_from(["12 Sample Street", "7 Other Road", "The Lodge"]),
    postcode=st.sampled_from(["PR9 0ZZ", "L1 1AA", ""]),
    is_confidential=st.booleans(),
)
points = st.builds(
    ContactPoint,
    kind=st.sampled_from(ContactPoint.Kind.values),
    value=st.just("as typed"),
    value_sought=st.sampled_from([HIS_NUMBER, "+447700900123", "amelia@example.org"]),
    safe_for_messages=st.booleans(),
)
bars = st.builds(
    DoNotContact,
    barred=st.sampled_from(DoNotContact.Barred.values),
    reason=st.just("She asked."),
)
known = st.builds(
    Known,
    person=st.just(AMELIA),
    addresses=st.lists(addresses, max_size=4).map(tuple),
    points=st.lists(points, max_size=4).map(tuple),
    no_contact=st.lists(bars, max_size=2).map(tuple),
    kept_away=st.sampled_from([(), (MARCUS,)]),
)


def key(address):
    return place_key(address.lines, address.postcode)


# The machine may be busy; what is looked for is not speed.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestReachingIsSafe:
    """What holds whatever is recorded of somebody."""

    @patient
    @given(known)
    def test_a_bar_closes_its_way_and_one_at_all_closes_every_way(self, known):
        ways = decide_reach(known)
        for bar in known.no_contact:
            closed = Means if bar.barred == "any" else [Means(bar.barred)]
            assert not any(ways.by(means).allowed for means in closed)
        if any(bar.barred == "any" for bar in known.no_contact):
            assert ways.is_barred

    @patient
    @given(known)
    def test_every_way_is_decided_and_a_closed_one_says_why_and_leads_nowhere(self, known):
        ways = decide_reach(known)
        assert set(ways.ways) == set(Means)
        for way in ways.ways.values():
            assert bool(way.why) is not way.allowed
            assert bool(way.addresses or way.points) is way.allowed

    @patient
    @given(known)
    def test_where_there_is_a_safe_address_no_letter_goes_elsewhere(self, known):
        post = decide_reach(known).by(Means.POST)
        if any(one.kind == "safe" for one in known.addresses):
            assert {one.kind for one in post.addresses} <= {"safe"}

    @patient
    @given(known)
    def test_nothing_goes_to_where_somebody_would_hear_who_must_not(self, known):
        for way in decide_reach(known).ways.values():
            for who in known.kept_away:
                assert not {key(one) for one in way.addresses} & who.homes
                assert not {one.value_sought for one in way.points} & who.numbers

    @patient
    @given(known)
    def test_messages_and_e_mails_go_only_where_they_said_it_is_safe(self, known):
        ways = decide_reach(known)
        for means in (Means.MESSAGE, Means.EMAIL):
            assert all(one.safe_for_messages for one in ways.by(means).points)
        assert all(one.kind == "email" for one in ways.by(Means.EMAIL).points)
        assert all(one.kind != "email" for one in ways.by(Means.MESSAGE).points)
        assert all(one.kind != "email" for one in ways.by(Means.CALL).points)

    @patient
    @given(known)
    def test_a_confidential_address_comes_with_a_warning(self, known):
        for way in decide_reach(known).ways.values():
            if any(one.is_confidential for one in way.addresses):
                assert any("must not be given to anybody" in said for said in way.warnings)

    @patient
    @given(known, bars)
    def test_another_bar_never_opens_a_way(self, known, bar):
        before = decide_reach(known)
        after = decide_reach(
            Known(
                person=known.person,
                addresses=known.addresses,
                points=known.points,
                no_contact=(*known.no_contact, bar),
                kept_away=known.kept_away,
            )
        )
        assert all(before.by(means).allowed for means in Means if after.by(means).allowed)


names = st.text(alphabet="abcdé ", max_size=12)


def decided(recipient, known, **said):
    near = names_compared(recipient, [known])
    return decide_disclosure(recipient, [known], near=near, **said)


@pytest.mark.django_db
class TestTellingIsSafe:
    @patient
    @given(names, names)
    def test_a_name_in_words_forbids_or_warns(self, marked, name):
        marker = DoNotDisclose(to_words=marked or "him", reason="Threats.")
        answer = decided(Recipient(words=name), Known(person=AMELIA, no_disclosure=(marker,)))
        assert answer.because or answer.warnings
        if marked.strip() and marked == name:
            assert not answer.allowed

    @pytest.mark.parametrize("name", ["Marcus Webb", "marcus  WEBB", "Marcus James Webb", "Webb"])
    def test_names_that_are_alike_forbid(self, name):
        marker = DoNotDisclose(to_words="Marcus Webb", reason="Threats.")
        answer = decided(Recipient(words=name), Known(person=AMELIA, no_disclosure=(marker,)))
        assert answer.because == ("Nothing about Amelia Hart may go to Marcus Webb: Threats.",)

    def test_nobody_is_kept_from_what_is_about_themselves(self):
        marker = DoNotDisclose(to_words="Amelia Hart", reason="A namesake.")
        answer = decided(Recipient(person=AMELIA), Known(person=AMELIA, no_disclosure=(marker,)))
        assert answer.allowed

    def test_an_agency_is_its_professionals_as_well(self):
        council = Agency(pk=7, name="The council")
        marker = DoNotDisclose(to_agency=council, reason="Her sister works there.")
        about = Known(person=AMELIA, no_disclosure=(marker,))
        worker = Professional(agency=council, name="Lee", role="social worker")
        assert not decided(Recipient(professional=worker), about).allowed
        assert not decided(Recipient(agency=council), about).allowed
        assert decided(Recipient(agency=Agency(pk=8, name="A school")), about).allowed

    def test_somebody_who_lives_with_whoever_must_not_hear_brings_a_warning(self):
        nan = Person(pk=9, given_names="Joan", family_name="Webb")
        answer = decided(
            Recipient(person=nan),
            Known(person=AMELIA, kept_away=(MARCUS,)),
            lives_at=frozenset({HIS_HOME}),
        )
        assert answer.allowed
        assert answer.warnings == (
            "Joan Webb lives with Marcus Webb, who must not hear of Amelia Hart.",
        )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("12 Sample Street", "PR9 0ZZ"), ("12, Sample St\nSouthport", "pr90zz"), True),
        (("Flat 2, 12 Sample Street", "PR9 0ZZ"), ("12 Sample Street", "PR9 0ZZ"), False),
        (("The Lodge\nMill Lane", "PR9 0ZZ"), ("the lodge", "PR9 0ZZ"), True),
        (("The Lodge", "PR9 0ZZ"), ("The Barn", "PR9 0ZZ"), False),
        (("Rua 5\nLisboa", ""), ("Rua 5\nPorto", ""), False),
    ],
)
def test_the_same_home_however_it_was_typed(one, other, same):
    assert (place_key(*one) == place_key(*other)) is same


@pytest.mark.django_db
class TestFromTheRecord:
    @pytest.fixture
    def amelia(self):
        return PersonFactory(given_names="Amelia", family_name="Hart")

    @pytest.fixture
    def marcus(self):
        return PersonFactory(given_names="Marcus", family_name="Webb")

    def test_a_letter_goes_to_where_they_live_today(self, amelia):
        old = AddressFactory(person=amelia, lines="1 Old Road", until=YESTERDAY)
        AddressFactory(person=amelia, lines="2 Left Today", until=TODAY)
        home = AddressFactory(person=amelia, lines="3 New Road", since=YESTERDAY)
        AddressFactory(person=amelia, lines="4 Soon", since=TOMORROW)
        assert reach(amelia, on=TODAY).by(Means.POST).addresses == (home,)
        before = reach(amelia, on=YESTERDAY - timedelta(days=1)).by(Means.POST).addresses
        assert old in before

    def test_a_safe_address_blocks_the_home(self, amelia):
        AddressFactory(person=amelia)
        safe = AddressFactory(person=amelia, kind="safe", lines="c/o the library", postcode="")
        ways = reach(amelia, on=TODAY)
        assert ways.by(Means.POST).addresses == (safe,)
        assert "ask them whether a visit at home is safe" in ways.by(Means.VISIT).warnings[0]

    def test_a_marker_holds_until_its_day_and_not_after_it_was_ended(self, amelia):
        AddressFactory(person=amelia)
        DoNotContactFactory(person=amelia, barred="post", until=TODAY)
        assert reach(amelia, on=TODAY).by(Means.POST).why == (
            "Do not contact by letter until 26 November 2026: She asked us to wait until the move."
        )
        assert reach(amelia, on=TOMORROW).by(Means.POST).allowed

    def test_no_letter_to_a_home_shared_with_whoever_must_not_hear(self, amelia, marcus):
        AddressFactory(person=amelia, lines="12 Sample Street")
        AddressFactory(person=marcus, lines="12 Sample St.")
        assert reach(amelia, on=TODAY).by(Means.POST).allowed
        DoNotDiscloseFactory(person=amelia, to_person=marcus)
        assert reach(amelia, on=TODAY).by(Means.POST).why == (
            "Marcus Webb lives there too, and must not hear of Amelia Hart."
        )

    def test_no_message_on_a_telephone_shared_with_whom_a_court_keeps_away(self, amelia, marcus):
        ContactPointFactory(person=amelia, safe_for_messages=True)
        ContactPointFactory(person=marcus)
        CourtOrderFactory(about=[amelia], against=[marcus])
        ways = reach(amelia, on=TODAY)
        assert not ways.by(Means.MESSAGE).allowed
        assert "Marcus Webb uses it too" in ways.by(Means.CALL).why

    def test_who_must_not_be_told(self, amelia, marcus):
        school = AgencyFactory()
        DoNotDiscloseFactory(person=amelia, to_person=marcus)
        DoNotDiscloseFactory(person=amelia, to_agency=school, until=YESTERDAY)
        DoNotDiscloseFactory(person=amelia, to_words="her brother")

        def told(**recipient):
            return may_be_told(Recipient(**recipient), about=[amelia], on=TODAY)

        assert not told(person=marcus).allowed
        assert not told(words="Marcus Webb").allowed
        assert told(agency=school).allowed
        assert told(professional=ProfessionalFactory(agency=school)).allowed
        assert "Make sure that" in told(agency=school).warnings[0]
        assert may_be_told(Recipient(person=amelia), about=[marcus], on=TODAY).allowed

    @pytest.mark.parametrize("kind", CourtOrder.Kind.values)
    def test_an_order_that_keeps_somebody_away_forbids_until_its_day(self, amelia, marcus, kind):
        CourtOrderFactory(kind=kind, about=[amelia], against=[marcus], until=TODAY)
        answer = may_be_told(Recipient(person=marcus), about=[amelia], on=TODAY)
        assert answer.allowed is (kind not in KEEPS_AWAY)
        assert may_be_told(Recipient(person=marcus), about=[amelia], on=TOMORROW).allowed
        assert may_be_told(Recipient(person=amelia), about=[marcus], on=TODAY).allowed

    def test_as_many_questions_for_thirty_people_as_for_one(self, amelia, marcus):
        def family():
            one = PersonFactory()
            AddressFactory(person=one)
            ContactPointFactory(person=one)
            DoNotContactFactory(person=one, barred="email")
            DoNotDiscloseFactory(person=one, to_person=marcus)
            CourtOrderFactory(about=[one], against=[PersonFactory()])
            return one

        people = [family() for _ in range(30)]
        with CaptureQueriesContext(connection) as one:
            reach_many(people[:1], on=TODAY)
        with CaptureQueriesContext(connection) as many:
            assert len(reach_many(people, on=TODAY)) == 30
        assert len(many) == len(one)
