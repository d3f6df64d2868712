"""A paper that was signed at a meeting is put beside the answers that it shows."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.documents import add_document
from cases.models import Case, Document, HowReceived, SourceKind
from cases.queries.cases import lock_open
from consent.models import Consent, ConsentPaper, HowGiven
from core.dates import plain
from core.errors import Refused
from core.files.formats import Examined
from core.files.keeping import stand_or_fall


@transaction.atomic
def attach_paper(
    *, consents: Sequence[Consent], document: Document, by: User
) -> list[ConsentPaper]:
    """Put `document` beside each of `consents`, whose signature it shows. The answers stay as they are.

    Refused for an answer that was not signed on paper, and for a document about somebody else. The same
    said twice makes one.
    """
    kept = list(
        Consent.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.pk for one in consents])
        .select_related("person")
        .order_by("pk")
    )
    if not kept:
        raise Refused("Say which answer the paper shows.")
    about = {number for one in document.people.all() for number in (one.pk, one.merged_into_id)}
    for one in kept:
        if one.how != HowGiven.SIGNED:
            raise Refused(f"{one.reference} was not signed on paper, so no paper shows it.")
        if one.person_id not in about:
            raise Refused(
                f"{document.reference} is not about {one.person}. Choose the paper that they signed."
            )
    there = set(
        ConsentPaper.objects.filter(consent__in=kept, document=document).values_list(
            "consent", flat=True
        )
    )
    new = [one for one in kept if one.pk not in there and one.evidence_id != document.pk]
    for one in new:
        people = [one.person_id, *([one.parent_id] if one.parent_id else [])]
        record(Verb.CONSENT_PAPER_ADDED, by=by, action=Action.UPDATE, record=one, people=people)
    return ConsentPaper.objects.bulk_create(
        ConsentPaper(consent=one, document=document, recorded_by=by) for one in new
    )


@stand_or_fall()
@transaction.atomic
def upload_paper(
    *,
    consents: Sequence[Consent],
    case: Case,
    file: Examined,
    how_received: str = HowReceived.IN_PERSON,
    by: User,
) -> list[ConsentPaper]:
    """Add a scan of the paper to `case`, as any other document, and put it beside `consents`.

    A file that is in the case already is not added again.
    """
    if not consents:
        raise Refused("Say which answer the paper shows.")
    lock_open(case)
    document = Document.objects.filter(case=case, sha256=file.sha256).first()
    if document is None:
        first = consents[0]
        signer = first.parent or first.person
        in_case = case.case_people.filter(person=signer).exists()
        document = add_document(
            case=case,
            file=file,
            people=list({one.person_id: one.person for one in consents}.values()),
            kind=Document.Kind.CONSENT,
            title=f"Signed on {plain(first.given_on)}",
            happened_at=timezone.now(),
            dated_on=first.given_on,
            source_kind=SourceKind.PERSON if in_case else SourceKind.RELATIVE,
            source_person=signer if in_case else None,
            how_received=how_received,
            by=by,
        )
    return attach_paper(consents=consents, document=document, by=by)
