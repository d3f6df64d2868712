"""Rights requests and what happens to them."""

import hashlib
import secrets
from datetime import timedelta
from uuid import uuid4

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from audit.log import insert_looks
from audit.looks import Look, Shown
from audit.purposes import Purpose
from audit.verbs import Verb
from core.files.formats import Format
from core.files.keeping import keep
from letters.models import Way
from letters.workflow import DispatchStatus
from sar import models
from sar.actions.search import FOLDER
from sar.exemptions import Exemption
from sar.kinds import Channel, EvidenceGate, ExtensionGround, HowEstablished
from sar.letter_kinds import LetterKind
from sar.opened import opened_values
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, change
from tests.factories.cases import CaseFactory, PersonFactory


class RightsRequestFactory(Recorded):
    """An access request of a person, by letter, received a week ago."""

    class Meta:
        model = models.RightsRequest

    channel = Channel.LETTER
    received_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=7))
    asked = "Please send me everything you have about me."
    person = factory.SubFactory(PersonFactory)
    reach_by = "By post to my mother’s address."
    recorded_by = factory.SubFactory(UserFactory)


class EvidenceAskedFactory(Recorded):
    class Meta:
        model = models.EvidenceAsked

    request = factory.SubFactory(RightsRequestFactory)
    gate = EvidenceGate.IDENTITY
    asked_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=6))
    because = "The letter came from an address we do not know."
    recorded_by = factory.SelfAttribute("request.recorded_by")


class EvidenceSeenFactory(Recorded):
    class Meta:
        model = models.EvidenceSeen

    request = factory.SubFactory(RightsRequestFactory)
    gate = EvidenceGate.IDENTITY
    how = HowEstablished.EVIDENCE
    what = "driving licence"
    seen_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=3))
    seen_by = factory.SelfAttribute("request.recorded_by")
    recorded_by = factory.SelfAttribute("request.recorded_by")


class ClarificationFactory(Recorded):
    class Meta:
        model = models.Clarification

    request = factory.SubFactory(RightsRequestFactory)
    asked_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=5))
    question = "Which years do you mean?"
    recorded_by = factory.SelfAttribute("request.recorded_by")


class ExtensionFactory(Recorded):
    class Meta:
        model = models.Extension

    request = factory.SubFactory(RightsRequestFactory)
    ground = ExtensionGround.COMPLEXITY
    reasons = "The file covers nine years and four services."
    notice_sent_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    recorded_by = factory.SelfAttribute("request.recorded_by")


class RequestCorrectionFactory(Recorded):
    """The day of receipt was written down two days late."""

    class Meta:
        model = models.RequestCorrection

    request = factory.SubFactory(RightsRequestFactory)
    what = models.RequestCorrection.What.RECEIVED_ON
    before = factory.LazyAttribute(lambda o: str(o.request.received_on + timedelta(days=2)))
    after = factory.LazyAttribute(lambda o: str(o.request.received_on))
    because = "The stamp on the envelope says so."
    recorded_by = factory.SelfAttribute("request.recorded_by")


class DraftHeldFactory(Recorded):
    """What stood in a draft of a case when the request came, kept when it was typed over."""

    class Meta:
        model = models.DraftHeld

    request = factory.SubFactory(RightsRequestFactory)
    case = factory.SubFactory(CaseFactory)
    token = factory.LazyFunction(uuid4)
    noun = "note"
    typed = factory.LazyFunction(lambda: {"body": ["She came on"]})
    saved = factory.LazyFunction(lambda: timezone.now() - timedelta(days=8))
    recorded_by = factory.SelfAttribute("request.recorded_by")


class WithholdingFactory(Recorded):
    """A withheld item; with `field` and `quote`, a passage of it."""

    class Meta:
        model = models.Withholding

    request = factory.SubFactory(RightsRequestFactory)
    exemption = Exemption.THIRD_PARTY
    factors = "The neighbour has not agreed and would be known at once."
    recorded_by = factory.SelfAttribute("request.recorded_by")


class BuiltPackFactory(Recorded):
    """A pack that waits to be built."""

    class Meta:
        model = models.BuiltPack

    request = factory.SubFactory(RightsRequestFactory)
    recorded_by = factory.SelfAttribute("request.recorded_by")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        pack = super()._create(model_class, *args, **kwargs)
        models.PackProgress.objects.create(pack=pack)
        return pack


class RequestLetterFactory(Recorded):
    """An acknowledgement that lies ready to be posted."""

    class Meta:
        model = models.RequestLetter

    request = factory.SubFactory(RightsRequestFactory)
    kind = LetterKind.ACKNOWLEDGE
    way = Way.POST
    addressee = "Amelia Hart"
    sent_to = "12 Sample Street\nSouthport\nPR9 0ZZ"
    subject = "Your request has come"
    body = "Dear Amelia Hart,\n\nthank you for your request."
    status = DispatchStatus.READY
    recorded_by = factory.SelfAttribute("request.recorded_by")


class ConflictWarningFactory(Recorded):
    """A warning that nobody has decided on yet."""

    class Meta:
        model = models.ConflictWarning

    request = factory.SubFactory(RightsRequestFactory)
    kind = models.ConflictWarning.Kind.KEPT_AWAY
    key = factory.Sequence(lambda n: f"order O-{n:06d}")
    words = "A restraining order protects her: he must not come near."
    recorded_by = factory.SelfAttribute("request.recorded_by")


class CompetenceFactory(Recorded):
    """A child who does not understand it yet."""

    class Meta:
        model = models.Competence

    request = factory.SubFactory(RightsRequestFactory)
    assessed_by = factory.SelfAttribute("request.recorded_by")
    assessed_on = factory.LazyFunction(timezone.localdate)
    finding = models.Competence.Finding.NOT_COMPETENT
    considered = "He could not say what a record is."
    wish = models.Competence.Wish.NOT_ASKED
    views = "Too young to be asked."
    weighed = "No order; nothing here would harm him."
    recorded_by = factory.SelfAttribute("request.recorded_by")


class SearchPlaceFactory(Recorded):
    class Meta:
        model = models.SearchPlace
        django_get_or_create = ("slug",)

    slug = "e-mail"
    name = "E-mail"
    recorded_by = factory.SubFactory(UserFactory)


class SearchFactory(Recorded):
    """A place that nobody has answered yet."""

    class Meta:
        model = models.Search

    request = factory.SubFactory(RightsRequestFactory)
    place = factory.SubFactory(SearchPlaceFactory)
    recorded_by = factory.SelfAttribute("request.recorded_by")


class FoundFileFactory(Recorded):
    """A text that a search found; its file is really there."""

    class Meta:
        model = models.FoundFile

    class Params:
        content = factory.Sequence(lambda n: f"Dear Amelia, number {n}.".encode())

    search = factory.SubFactory(SearchFactory)
    title = factory.Sequence(lambda n: f"E-mail {n}")
    lay = "Mailbox of Family Support"
    file = factory.LazyAttribute(lambda one: keep(ContentFile(one.content), folder=FOLDER))
    file_name = "mail.txt"
    format = Format.TEXT
    size = factory.LazyAttribute(lambda one: len(one.content))
    sha256 = factory.LazyAttribute(lambda one: hashlib.sha256(one.content).hexdigest())
    scanned = False
    recorded_by = factory.SelfAttribute("search.recorded_by")


def opened(pack, by):
    """Leave the look of `by` at the very file of `pack`, which its signature rests on."""
    look = Look(by=by, purpose=Purpose.RIGHTS_REQUEST)
    insert_looks(look, [Shown(Verb.PACK_READ, pack)], values=opened_values(pack))


class SignOffFactory(Recorded):
    """Somebody who did not prepare the newest pack has opened it and signed it off."""

    class Meta:
        model = models.SignOff

    pack = factory.SubFactory(BuiltPackFactory)
    sha256 = factory.SelfAttribute("pack.final_sha256")
    remarks = "Every note of 2026."
    recorded_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        opened(kwargs["pack"], kwargs["recorded_by"])
        return super()._create(model_class, *args, **kwargs)


def signed_off(request):
    """The newest pack of `request`, signed off."""
    return SignOffFactory(pack=request.packs.filter(status="built").first()).pack


def released_pack(request, *, content=b"%PDF-1.7"):
    """A pack of `request` that was built, signed off by somebody else and released."""
    EvidenceSeenFactory(request=request)
    pack = BuiltPackFactory(request=request)
    file = keep(ContentFile(content), folder="packs")
    sha256 = hashlib.sha256(content).hexdigest()
    change(
        pack,
        status="built",
        finished=timezone.now(),
        content_sha256="c" * 64,
        draft_file=file,
        draft_sha256=sha256,
        final_file=file,
        final_sha256=sha256,
        pages=3,
        items=1,
    )
    change(request, status="ready")
    SignOffFactory(pack=pack)
    change(
        request,
        status="released",
        released_at=timezone.now(),
        released_by=request.recorded_by,
        released_pack=pack,
    )
    return pack


class LeakFindingFactory(Recorded):
    """Words that were to be withheld, and stand in the finished bytes of a build."""

    class Meta:
        model = models.LeakFinding

    pack = factory.SubFactory(BuiltPackFactory)
    words = "Mrs Quill"
    place = "the text of a page"
    page = 3
    because = "it is withheld"


class DeliveryFactory(Recorded):
    """A link to a released pack, which nobody has followed yet."""

    class Meta:
        model = models.Delivery

    pack = factory.LazyFunction(lambda: released_pack(RightsRequestFactory()))
    way = models.Delivery.Way.LINK
    to = factory.LazyAttribute(lambda one: str(one.pack.request.person))
    remarks = "I ring the number on the record."
    digest = factory.LazyFunction(lambda: secrets.token_hex(32))
    passphrase = "a slow hash"
    file = factory.LazyFunction(lambda: keep(ContentFile(b"%PDF-1.7"), folder="handed-over"))
    sha256 = hashlib.sha256(b"%PDF-1.7").hexdigest()
    expires = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    recorded_by = factory.SelfAttribute("pack.request.recorded_by")
