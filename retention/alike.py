"""Which figures may stay of records that are made anonymous: only such as five families share, at least.

Nothing here knows a record: each comes as whom it is about and as what could be told of it, from the finest
to the coarsest. It is told as finely as enough others make possible, or not at all. No table is asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# Of fewer families nothing is told: one of them, or a neighbour, might know the others.
ENOUGH = 5

# What is told of a record, each as its name and its words; two records are alike if these are the same.
type Told = tuple[tuple[str, str], ...]
type Group = tuple[str, Told]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that goes: in which proposal, of which kind, about whom, and what could be told of it."""

    proposal: int
    kind: str
    people: frozenset[int]
    rungs: tuple[Told, ...]


@dataclass(slots=True)
class Arranged:
    """How many more each group counts, and of how many records of each proposal something or nothing stays."""

    groups: Counter[Group] = field(default_factory=Counter)
    stays: Counter[int] = field(default_factory=Counter)
    nothing: Counter[int] = field(default_factory=Counter)


def arrange(candidates: Sequence[Candidate], *, there: Iterable[Group]) -> Arranged:
    """Tell of each candidate as much as it shares with enough others; `there` are the groups counted before.

    A group is begun by five families that share nobody, all at once, so it never tells of fewer. Whoever is
    like them later only adds to it. A family counts once in a group, however many records of theirs are alike.
    """
    known = set(there)
    arranged = Arranged()
    waiting = list(candidates)
    for rung in range(max((len(one.rungs) for one in waiting), default=0)):
        alike: dict[Group, list[Candidate]] = {}
        for one in waiting:
            if rung < len(one.rungs):
                alike.setdefault((one.kind, one.rungs[rung]), []).append(one)
        taken: set[int] = set()
        for group, members in alike.items():
            count = families(one.people for one in members)
            nobodys = sum(not one.people for one in members)
            if count < ENOUGH and group not in known:
                continue
            arranged.groups[group] += count + nobodys
            arranged.stays.update(one.proposal for one in members)
            taken |= {id(one) for one in members}
        waiting = [one for one in waiting if id(one) not in taken]
    arranged.nothing.update(one.proposal for one in waiting)
    return arranged


def families(groups: Iterable[frozenset[int]]) -> int:
    """How many of these groups of people are apart: those that share somebody are one family."""
    apart: list[set[int]] = []
    for people in groups:
        if people:
            whole = set(people).union(*(one for one in apart if one & people))
            apart = [one for one in apart if not one & people]
            apart.append(whole)
    return len(apart)


def as_facts(told: Told) -> Mapping[str, str]:
    """As the table keeps it."""
    return dict(told)


def as_told(facts: Mapping[str, str]) -> Told:
    """As it is compared: in the order of the names."""
    return tuple(sorted(facts.items()))
