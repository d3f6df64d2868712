"""How a text names somebody, as the database looks for it (docs/adr/0021)."""

import re

from cases.models import CasePerson, Person


def mentions_of(person: Person) -> str:
    """How a text names `person`, as the database looks for it: each name as whole words.

    The family name alone counts only where nobody else of their cases has it.
    """
    names = [person.name_on_record, person.given_names, *person.given_names.split()]
    names += [person.preferred_name, *person.other_names.values_list("name", flat=True)]
    others = CasePerson.objects.filter(
        case__people=person, person__family_name__iexact=person.family_name
    ).exclude(person=person)
    if not others.exists():
        names.append(person.family_name)
    names += [person.reference]
    words = [r"\s+".join(re.escape(part) for part in name.split()) for name in names]
    kept = [word for word in dict.fromkeys(words) if len(word) > 1]
    return r"\y(" + "|".join(sorted(kept, key=len, reverse=True)) + r")\y"
