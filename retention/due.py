"""When the time of each record is over: worked out in one pass by the database, and told in a sentence.

A record here is what is destroyed as one: a case file with everything in it, an enquiry that became no
case, a referral that led nowhere, a drop-in, a concern, an allegation, the papers of a rights request, a complaint,
a breach, what was typed in a month of the log; and a person, whose own record goes when the last of these has gone. The family is governed by its youngest
member; where a day of birth is not known and matters, nothing is ever due by itself (features.md P33).
Everything that a row counts from must have happened: the latest decides, and what has not happened keeps the
record (docs/adr/0048).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection

from core.dates import plain
from retention.kinds import BREACH, COMPLAINT, PERSON

# Rows read at a time: memory stays the same for ten people and for a hundred thousand.
CHUNK = 2000

# In which order what is due is shown.
TABLES = (
    "cases.Case",
    "cases.Referral",
    "cases.Enquiry",
    "diary.DropIn",
    "safeguarding.Concern",
    "safeguarding.Allegation",
    "sar.RightsRequest",
    COMPLAINT,
    BREACH,
    "retention.LogMonth",
    PERSON,
)


class Why(StrEnum):
    """Why a record has no day, or from what its day counts."""

    OPEN = "open"
    NO_ROW = "no row"
    BIRTH = "birth not known"
    KEEP = "keep"
    OTHERS = "others"
    OVER = "over"
    LIVES = "lives"
    AGREES = "agrees"
    END = "end"
    ACTIVITY = "activity"
    BIRTHDAY = "birthday"
    DEATH = "death"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Due:
    """One record: from which day on it may be destroyed, by which row, and why then or why never."""

    table: str
    record: int
    day: date | None
    why: Why
    row: int | None
    title: str
    birthday: int | None
    outcome: str
    # Of a person: the record of theirs that decides.
    through_table: str
    through_record: int | None

    @property
    def sentence(self) -> str:
        """Why it is still here, and until when (features.md P33)."""
        return NEVER[self.why] if self.day is None else f"{self._until}: {self._because}."

    def on(self, day: date) -> bool:
        """Whether the time is over on `day`."""
        return self.day is not None and self.day <= day

    @property
    def _until(self) -> str:
        assert self.day is not None  # noqa: S101  # asked just above
        words = "Looked at from" if self.outcome == "review" else "Kept until"
        then = ", then made anonymous" if self.outcome == "anonymise" else ""
        return f"{words} {plain(self.day)}{then}"

    @property
    def _because(self) -> str:
        title = self.title[:1].lower() + self.title[1:]
        if self.why == Why.BIRTHDAY:
            return f"{title}, {ordinal(self.birthday or 0)} birthday of the youngest"
        return f"{title}, counted from {FROM[self.why]}"


FROM = {
    Why.END: "the end",
    Why.ACTIVITY: "the last contact or entry",
    Why.DEATH: "the death of the last of them",
    Why.CONSENT: "the end of the last of their consents",
}
NEVER = {
    Why.OPEN: "Kept: it is not ended yet, so no time runs.",
    Why.NO_ROW: "Kept: no row of the retention schedule is adopted for it, so nothing is ever due.",
    Why.BIRTH: "Kept: a date of birth is not known, so it is never destroyed by itself. A person decides.",
    Why.KEEP: "Kept: the retention schedule says so.",
    Why.LIVES: "Kept: the time counts from a death, and it is not written down that everybody in it has died.",
    Why.AGREES: "Kept: the time counts from the end of every consent, and one goes on without a last day, or "
    "none was given.",
    Why.OTHERS: "Kept: a record about this person is kept without a day still.",
    Why.OVER: "The time of every record about this person is over.",
}


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = (
        "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


# --- The query ------------------------------------------------------------------------------------

# Each kind of record: which ones, of which service, when it ended (null: it has not), when anything was
# last written of it, and who is in it. `{scope}` narrows it to those about some people.
_LOCAL = "(({moment}) AT TIME ZONE '{zone}')::date"


def _day(moment: str) -> str:
    return _LOCAL.format(moment=moment, zone=settings.TIME_ZONE)


def _roots() -> str:
    entries = " UNION ALL ".join(
        f"SELECT case_id, happened_at FROM {table}"
        for table in ("cases_casenote", "cases_contact", "cases_decision", "cases_document")
    )
    ended = f"CASE WHEN c.status = 'closed' THEN {_day('c.closed_at')} END"
    return f"""
    SELECT 'cases.Case' AS tab, c.id, 'case file' AS category, c.service_id,
           {ended} AS ended,
           (SELECT max({_day("e.happened_at")}) FROM ({entries}) e WHERE e.case_id = c.id) AS active
    FROM cases_case c WHERE {{cases}}
    UNION ALL
    SELECT 'cases.Referral', r.id, 'case file', r.service_id,
           CASE WHEN r.status IN ('declined', 'withdrawn')
                THEN {_day("coalesce(r.withdrawn_at, r.decided_at)")} END, NULL
    FROM cases_referral r WHERE r.case_id IS NULL AND {{referrals}}
    UNION ALL
    SELECT 'cases.Enquiry', q.id, 'enquiries that became no case', q.service_id, q.asked_on, NULL
    FROM cases_enquiry q WHERE q.case_id IS NULL AND q.referral_id IS NULL AND {{enquiries}}
    UNION ALL
    SELECT 'diary.DropIn', d.id, 'group and drop-in activity', d.service_id, d.came_on, d.came_on
    FROM diary_dropin d WHERE {{drop_ins}}
    UNION ALL
    SELECT 'safeguarding.Concern', g.id, 'safeguarding concerns', NULL,
           CASE WHEN g.status = 'ended' THEN {_day("g.ended_at")} END,
           greatest(
               (SELECT max({_day("t.recorded_at")}) FROM safeguarding_concernentry t
                WHERE t.concern_id = g.id),
               (SELECT max({_day("e.happened_at")}) FROM safeguarding_concernperson w
                JOIN cases_caseperson m ON m.person_id = w.person_id
                JOIN ({entries}) e ON e.case_id = m.case_id WHERE w.concern_id = g.id)
           )
    FROM safeguarding_concern g WHERE {{concerns}}
    UNION ALL
    SELECT 'safeguarding.Allegation', l.id, 'allegations against staff and volunteers', NULL,
           CASE WHEN l.status = 'ended' THEN {_day("l.ended_at")} END, NULL
    FROM safeguarding_allegation l WHERE {{allegations}}
    UNION ALL
    SELECT 'sar.RightsRequest', s.id, 'rights-request papers', NULL,
           {_day("coalesce(s.released_at, s.refused_at, s.nothing_held_at, s.answered_at, s.withdrawn_at)")}, NULL
    FROM sar_rightsrequest s WHERE {{requests}}
    UNION ALL
    SELECT '{COMPLAINT}', x.id, 'complaints and compliments', x.service_id,
           CASE WHEN x.status = 'closed' THEN {_day("x.closed_at")} END, NULL
    FROM sar_complaint x WHERE {{complaints}}
    UNION ALL
    SELECT '{BREACH}', b.id, 'breach log', NULL,
           CASE WHEN b.status = 'closed' THEN {_day("b.closed_at")} END, NULL
    FROM sar_breach b WHERE {{breaches}}
    UNION ALL
    SELECT 'retention.LogMonth', n.id, 'audit log', NULL, n.last_day, NULL
    FROM retention_logmonth n WHERE {{months}}
    """


# A breach keeps nobody here: it stays without whoever goes.
_MEMBERS = f"""
    SELECT 'cases.Case' AS tab, case_id AS id, person_id, role = 'parent' AS grown FROM cases_caseperson
    UNION ALL SELECT 'cases.Referral', referral_id, person_id, false FROM cases_referralperson
    UNION ALL SELECT 'cases.Enquiry', id, person_id, false FROM cases_enquiry
        WHERE person_id IS NOT NULL
    UNION ALL SELECT 'diary.DropIn', id, person_id, false FROM diary_dropin WHERE person_id IS NOT NULL
    UNION ALL SELECT 'safeguarding.Concern', concern_id, person_id, false
        FROM safeguarding_concernperson
    UNION ALL SELECT 'safeguarding.Allegation', allegation_id, person_id, false
        FROM safeguarding_allegationperson
    UNION ALL SELECT 'sar.RightsRequest', id, person_id, false FROM sar_rightsrequest
        WHERE person_id IS NOT NULL
    UNION ALL SELECT '{COMPLAINT}', id, person_id, false FROM sar_complaint WHERE person_id IS NOT NULL
"""

# Which record each table's scope asks for, by the member rows above.
_SCOPES = {
    "cases": ("c.id", "cases.Case"),
    "referrals": ("r.id", "cases.Referral"),
    "enquiries": ("q.id", "cases.Enquiry"),
    "drop_ins": ("d.id", "diary.DropIn"),
    "concerns": ("g.id", "safeguarding.Concern"),
    "allegations": ("l.id", "safeguarding.Allegation"),
    "requests": ("s.id", "sar.RightsRequest"),
    "complaints": ("x.id", COMPLAINT),
    "breaches": ("b.id", BREACH),
    "months": ("n.id", "retention.LogMonth"),
}


def birthday_in_sql(born: str, years: str) -> str:
    """A birthday as PostgreSQL reckons it: of 29 February, on 1 March in the other years."""
    moved = f"{born} + make_interval(years => {years})"
    return (
        f"(({moved})::date + CASE WHEN extract(day FROM {born}) = 29"
        f" AND extract(day FROM {moved}) = 28 THEN 1 ELSE 0 END)"
    )


# When a consent came to its end; null while it goes on without a last day. What a parent agreed to ends
# before the child is 18, as in Consent.last_day.
_CONSENT_ENDED = (
    "least(c.withdrawn_on, c.until,"
    f" CASE WHEN c.giver = 'parent' THEN {birthday_in_sql('p.date_of_birth', '18')} - 1 END)"
)

_QUERY = f"""
WITH members AS ({_MEMBERS}),
lonely AS (
    SELECT p.id, {{recorded}} AS recorded FROM cases_person p
    WHERE p.merged_into_id IS NULL AND {{people}}
      AND NOT EXISTS (SELECT FROM members m WHERE m.person_id = p.id)
),
adopted AS (SELECT * FROM retention_schedulerow WHERE ended_at IS NULL),
roots AS (
    {{roots}}
    UNION ALL
    SELECT '{PERSON}', l.id, 'enquiries that became no case', NULL, l.recorded, NULL FROM lonely l
),
consents AS (
    SELECT c.person_id, max({_CONSENT_ENDED}) AS ended, bool_or({_CONSENT_ENDED} IS NULL) AS goes_on
    FROM consent_consent c JOIN cases_person p ON p.id = c.person_id
    WHERE c.state = 'given'
    GROUP BY c.person_id
),
families AS (
    SELECT m.tab, m.id, max(p.date_of_birth) AS youngest,
           bool_or(p.date_of_birth IS NULL AND NOT m.grown) AS unknown,
           max(d.died_on) AS died, bool_or(d.died_on IS NULL) AS lives,
           max(c.ended) AS agreed_until, coalesce(bool_or(c.goes_on), false) AS agrees
    FROM (
        SELECT m.* FROM members m WHERE {{members}}
        UNION ALL SELECT '{PERSON}', l.id, l.id, false FROM lonely l
    ) m
    JOIN cases_person p ON p.id = m.person_id
    LEFT JOIN cases_death d ON d.person_id = p.id AND d.taken_back_at IS NULL
    LEFT JOIN consents c ON c.person_id = p.id
    GROUP BY m.tab, m.id
),
known AS (
    SELECT r.tab, r.id, r.category, r.service_id, r.ended, greatest(r.ended, r.active) AS active,
           f.youngest, coalesce(f.unknown, false) AS unknown,
           f.died, f.lives, f.agreed_until, f.agrees
    FROM roots r LEFT JOIN families f ON f.tab = r.tab AND f.id = r.id
),
ruled AS (
    SELECT k.*, a.id AS row_id, a.title, a.birthday, a.outcome,
           a.months_after_end, a.months_after_activity, a.months_after_death, a.months_after_consent,
           k.unknown AND EXISTS (
               SELECT FROM adopted o WHERE o.category = k.category AND o.about_whom <> 'anybody'
               AND (o.service_id IS NULL OR o.service_id = k.service_id)
           ) AS unknown_which
    FROM known k
    LEFT JOIN LATERAL (
        SELECT * FROM adopted o
        WHERE o.category = k.category AND (o.service_id IS NULL OR o.service_id = k.service_id)
          AND (o.about_whom = 'anybody'
               OR o.about_whom = CASE WHEN k.youngest + interval '18 years' > k.ended
                                      THEN 'children' ELSE 'adults' END)
        ORDER BY o.service_id IS NULL, o.about_whom = 'anybody' LIMIT 1
    ) a ON true
),
dated AS (
    SELECT ruled.*,
           (ended + make_interval(months => months_after_end))::date AS by_end,
           (active + make_interval(months => months_after_activity))::date AS by_activity,
           {birthday_in_sql("youngest", "birthday")} AS by_birthday,
           (died + make_interval(months => months_after_death))::date AS by_death,
           (agreed_until + make_interval(months => months_after_consent))::date AS by_consent,
           CASE WHEN ended IS NULL THEN 'open'
                WHEN unknown_which THEN 'birth not known'
                WHEN row_id IS NULL THEN 'no row'
                WHEN outcome = 'keep' THEN 'keep'
                WHEN birthday IS NOT NULL AND (unknown OR youngest IS NULL) THEN 'birth not known'
                WHEN months_after_death IS NOT NULL AND (lives OR died IS NULL) THEN 'lives'
                WHEN months_after_consent IS NOT NULL AND (agrees OR agreed_until IS NULL) THEN 'agrees'
           END AS never
    FROM ruled
),
reckoned AS (
    SELECT dated.*, greatest(by_end, by_activity, by_birthday, by_death, by_consent) AS latest
    FROM dated
),
records AS (
    SELECT tab, id, row_id, title, birthday, outcome,
           CASE WHEN never IS NULL THEN latest END AS due,
           coalesce(never, CASE latest
               WHEN by_birthday THEN 'birthday'
               WHEN by_death THEN 'death'
               WHEN by_consent THEN 'consent'
               WHEN by_activity THEN 'activity'
               ELSE 'end' END) AS why
    FROM reckoned
),
of_people AS (
    SELECT DISTINCT ON (m.person_id) m.person_id, r.*
    FROM members m JOIN records r ON r.tab = m.tab AND r.id = m.id
    ORDER BY m.person_id, (r.due IS NULL) DESC, r.due DESC, r.tab, r.id
)
SELECT tab, id, due, why, row_id, coalesce(title, ''), birthday, coalesce(outcome, ''), '', NULL
FROM records
UNION ALL
SELECT '{PERSON}', a.id, o.due, CASE WHEN o.due IS NULL THEN 'others' ELSE o.why END, o.row_id,
       coalesce(o.title, ''), o.birthday, coalesce(o.outcome, ''), o.tab, o.id
FROM cases_person a JOIN of_people o ON o.person_id = a.id
WHERE a.merged_into_id IS NULL AND {{whom}}
"""


def all_due(*, on: date | None = None) -> Iterator[Due]:
    """Every record with its day, or, with `on`, those whose time is over on that day; read in chunks."""
    sql = _sql(dict.fromkeys(_SCOPES, "true"), members="true", people="true")
    values: list[Any] = []
    if on is not None:
        sql = f"SELECT * FROM ({sql}) AS everything WHERE due <= %s"
        values.append(on)
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from map(_due, rows)


def due_of_people(people: Iterable[int]) -> list[Due]:
    """The records of these people, and the people themselves."""
    numbers = ", ".join(str(int(number)) for number in people) or "0"
    wanted = {
        name: f"{key} IN (SELECT m.id FROM members m WHERE m.tab = '{table}'"
        f" AND m.person_id IN ({numbers}))"
        for name, (key, table) in _SCOPES.items()
    }
    beside = (
        f"(m.tab, m.id) IN (SELECT w.tab, w.id FROM members w WHERE w.person_id IN ({numbers}))"
    )
    with connection.cursor() as cursor:
        cursor.execute(_sql(wanted, members=beside, people=f"p.id IN ({numbers})"))
        return [_due(row) for row in cursor.fetchall()]


def due_of(table: str, record: int) -> Due | None:
    """The day of one record; None if there is no such record."""
    if table == PERSON:
        found = due_of_people([record])
    else:
        wanted = {
            name: f"{key} = {int(record)}" if kind == table else "false"
            for name, (key, kind) in _SCOPES.items()
        }
        beside = f"m.tab = '{table}' AND m.id = {int(record)}" if table in TABLES else "false"
        with connection.cursor() as cursor:
            cursor.execute(_sql(wanted, members=beside, people="false"))
            found = [_due(row) for row in cursor.fetchall()]
    return next((one for one in found if (one.table, one.record) == (table, record)), None)


def _sql(scopes: dict[str, str], *, members: str, people: str) -> str:
    return _QUERY.format(
        roots=_roots().format(**scopes),
        members=members,
        people=people,
        whom=people.replace("p.id", "a.id"),
        recorded=_day("p.recorded_at"),
    )


def _due(row: tuple[Any, ...]) -> Due:
    table, record, day, why, number, title, birthday, outcome, through, through_record = row
    return Due(
        table=table,
        record=record,
        day=day,
        why=Why(why),
        row=number,
        title=title,
        birthday=birthday,
        outcome=outcome,
        through_table=through,
        through_record=through_record,
    )
