"""Who has opened the very file of a pack that they are to sign, as the log tells it.

A signature says that somebody read the pack from the first page to the last. No program knows whether they did;
that nobody signs what they never opened, it can hold.
"""

from accounts.models import User
from audit.models import Entry
from audit.verbs import Verb
from sar.models import BuiltPack

# What an entry keeps of the pack that was opened: the hash of the file that goes out, which is what is signed.
# The database asks for it under the same name (migration 0037).
SIGNED_FILE = "final_sha256"

NOT_OPENED = (
    "You have not opened this pack yet, so you cannot sign it off. Download it from the page of the request, "
    "read it from the first page to the last, and sign it off then. An earlier build is another file."
)


def has_opened(user: User, pack: BuiltPack) -> bool:
    """Whether the log shows that `user` opened exactly this file, which it can only since it was built."""
    return Entry.objects.filter(
        record=BuiltPack._meta.label,
        record_id=pack.pk,
        verb=Verb.PACK_READ,
        by_id=user.pk,
        personal__body__final_sha256=pack.final_sha256,
    ).exists()


def opened_values(pack: BuiltPack) -> dict[str, str]:
    """What the entry of a look at a pack keeps beside it: which file it was."""
    return {SIGNED_FILE: pack.final_sha256}
