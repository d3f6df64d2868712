"""A passkey: added, used as the second step and in place of the password, taken away (features.md S8)."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from audit.models import Entry, EntryValue
from audit.verbs import Verb
from tests.conftest import entries_since
from tests.factories.accounts import PASSWORD
from tests.journeys.conftest import PATIENCE, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A telephone or computer that asks for a finger, and gets one.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_a_device(person):
    """`person` has a device that keeps passkeys: Chromium's own, made of software."""
    session = person.page.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return person


def stands(person, address):
    """Wait for the page, and look at it as people with disabilities do."""
    person.page.wait_for_url(f"**{address}", timeout=PATIENCE)
    assert person.axe() == []
    assert person.sideways() <= 0, person.path


def types_the_password_again(person):
    """Changing how one signs in asks first."""
    person.reads("Is it still you?")
    person.writes("Password", PASSWORD)
    person.presses("Go on")


def adds_a_passkey(person):
    person.opens(reverse("mfa_index"))
    person.follows("Add a key")
    types_the_password_again(person)
    stands(person, reverse("mfa_add_webauthn"))
    person.writes("What you call it, to tell it from others", "Dean's telephone")
    person.page.get_by_label("Sign in with it alone, without a password").check()
    person.presses("Add it")
    person.reads("Recovery codes")
    person.opens(reverse("mfa_list_webauthn"))
    person.reads("Dean's telephone")
    stands(person, reverse("mfa_list_webauthn"))


def signs_in_with_it_as_the_second_step(person, user):
    person.page.context.clear_cookies()
    person.opens(reverse("account_login"))
    person.writes("E-mail address", user.email)
    person.writes("Password", PASSWORD)
    person.presses("Sign in")
    stands(person, reverse("mfa_authenticate"))
    # The password alone opens nothing.
    person.opens(reverse("cases:mine"))
    person.reads("Staff sign-in")
    person.opens(reverse("mfa_authenticate"))
    person.presses("Use a passkey or security key")
    person.reads("My work")


def signs_in_with_it_alone(person):
    person.page.context.clear_cookies()
    person.opens(reverse("account_login"))
    person.presses("Sign in with a passkey")
    person.reads("My work")


def gives_it_another_name(person):
    person.opens(reverse("mfa_list_webauthn"))
    person.page.get_by_role("link", name="Change its name").click()
    shows_with_the_key_that_it_is_them(person)
    stands(person, "/edit/")
    person.writes("What you call it, to tell it from others", "Dean's old telephone")
    person.presses("Save")
    person.reads("Dean's old telephone")


def shows_with_the_key_that_it_is_them(person):
    person.reads("Is it still you?")
    person.follows("Use authenticator app or code")
    person.reads("type the number that your authenticator app shows now")
    person.page.go_back()
    person.follows("Use a security key")
    stands(person, reverse("mfa_reauthenticate_webauthn") + "?next=*")
    person.presses("Use a passkey or security key")


def removes_it(person):
    person.opens(reverse("mfa_list_webauthn"))
    person.page.get_by_role("link", name="Remove it").click()
    stands(person, "/remove/")
    person.reads("The key signs you in no longer.")
    person.presses("Remove the key")
    person.reads("None.")


def test_a_passkey_from_the_first_day_to_the_last(visitor, charity):
    worker = charity.caseworker
    dean = with_a_device(visitor(viewport=PHONE))
    dean.signs_in(worker)
    adds_a_passkey(dean)
    with entries_since() as left:
        signs_in_with_it_as_the_second_step(dean, worker)
        signs_in_with_it_alone(dean)
    signed_in = [entry for entry in left if entry.verb == Verb.SIGNED_IN]
    assert [entry.by_id for entry in signed_in] == [worker.pk, worker.pk]
    gives_it_another_name(dean)
    removes_it(dean)
    assert not Authenticator.objects.filter(user=worker, type="webauthn").exists()
    changed = Entry.objects.filter(verb=Verb.SIGN_IN_CHANGED, by_id=worker.pk)
    said = {value.body["what"] for value in EntryValue.objects.filter(entry__in=changed)}
    assert {"webauthn_added", "webauthn_removed"} <= said
