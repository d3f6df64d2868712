"""The roles of the charity and what each may do: one table that a Data Protection Officer can read.

Pages and admin obey this list (`User.has_perm`); `manage.py migrate` makes a group of Django's for each role,
which says who has it.
Permissions are declared on the models they concern. A role opens kinds of acts; which records it opens
them for is need to know, in `cases/permissions`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the charity."""

    CASEWORKER = "caseworker"
    SERVICE_MANAGER = "service manager"
    FRONT_DESK = "front desk"
    SAFEGUARDING_LEAD = "safeguarding lead"
    QUALITY_REVIEWER = "quality reviewer"
    DPO = "data protection officer"
    SYSTEM_ADMINISTRATOR = "system administrator"


# Whoever is one of few: while they are away a colleague does what only they may do.
MAY_HAVE_A_DEPUTY = (Role.DPO, Role.SAFEGUARDING_LEAD, Role.SERVICE_MANAGER)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role is for, in a sentence, and its permissions."""

    meaning: str
    permissions: frozenset[str]


READ_RECORDS = frozenset({"cases.search_people", "cases.open_basics", "cases.open_record"})
# Whoever belongs to a service knows its records; a reviewer knows the sample they were given (S13).
OF_A_SERVICE = frozenset({"cases.read_service"})
# Safe addresses, sensitive details, court orders, passages about health and offences.
CONFIDENTIAL = frozenset({"cases.read_confidential"})
CASEWORK = (
    READ_RECORDS
    | OF_A_SERVICE
    | CONFIDENTIAL
    | {
        "cases.add_person_record",
        "cases.change_basics",
        "cases.take_referral",
        "cases.decide_referral",
        "cases.open_case",
        "cases.write_entries",
        "cases.raise_alert",
        "cases.break_glass",
        "diary.keep_diary",
        "consent.record_consent",
        "funding.fund_case",
        "consent.record_share",
        "cases.keep_agencies",
        "sar.record_complaint",
        "sar.record_request",
        "sar.report_breach",
    }
)

ROLES: dict[Role, Rights] = {
    Role.CASEWORKER: Rights(
        meaning="Works with families; sees the records of the services they belong to.",
        permissions=CASEWORK,
    ),
    Role.SERVICE_MANAGER: Rights(
        meaning="Is in charge of a service; a caseworker who also closes, reopens and allocates.",
        permissions=CASEWORK
        | {
            "cases.close_case",
            "cases.allocate_case",
            "cases.give_access",
            "funding.manage_contracts",
            "cases.sign_off",
            "consent.review_share",
            "cases.merge_agencies",
            "cases.read_looks",
            "cases.merge_people",
            "diary.manage_diary",
            "letters.manage_templates",
            "imports.import_records",
            "retention.approve_destruction",
            "retention.place_hold",
            "retention.stop_destruction",
            "planning.read_figures",
            "planning.release_figures",
            "planning.ask_identified_use",
            "website.read_visits",
        },
    ),
    Role.FRONT_DESK: Rights(
        meaning="Answers the door and the telephone; sees basic details and no notes.",
        permissions=frozenset(
            {
                "cases.search_people",
                "cases.open_basics",
                "cases.read_service",
                "cases.add_person_record",
                "cases.change_basics",
                "cases.take_referral",
                "cases.break_glass",
                "diary.keep_diary",
                "sar.record_request",
            }
        )
        | {"sar.record_complaint", "sar.report_breach"},
    ),
    Role.SAFEGUARDING_LEAD: Rights(
        meaning="Protects people from harm; may open any record for that purpose.",
        permissions=READ_RECORDS
        | OF_A_SERVICE
        | CONFIDENTIAL
        | {
            "cases.open_any_record",
            "cases.write_entries",
            "cases.raise_alert",
            "cases.read_looks",
            "cases.review_looks",
            "cases.keep_seals",
            "diary.keep_diary",
            "consent.record_share",
            "consent.authorise_share",
            # She tells councils, schools and doctors daily, and must know which address was checked.
            "cases.keep_agencies",
            # A child of whom a concern is may not be on record yet.
            "cases.add_person_record",
            "safeguarding.work_concerns",
            "retention.place_hold",
            "retention.stop_destruction",
            # The second person beside the Data Protection Officer, who may open any record as well.
            "sar.sign_pack",
            "sar.record_request",
        }
        | {"sar.approve_erasure", "sar.record_complaint", "sar.report_breach"},
    ),
    Role.QUALITY_REVIEWER: Rights(
        meaning="Checks the quality of the service by a sample; reads records, and changes none.",
        permissions=READ_RECORDS
        | {"sar.record_complaint", "sar.record_request", "sar.report_breach"},
    ),
    Role.DPO: Rights(
        meaning="Answers for people's information rights; works in the admin.",
        permissions=READ_RECORDS
        | OF_A_SERVICE
        | CONFIDENTIAL
        | {
            "accounts.enter_admin",
            "accounts.publish_undertaking",
            "accounts.view_user",
            "assessments.define_questions",
            "audit.read_log",
            "cases.open_any_record",
            "cases.read_looks",
            "cases.review_looks",
            "cases.give_access",
            "cases.keep_conflicts",
            "cases.keep_seals",
            "cases.open_sealed",
            "cases.merge_people",
            "consent.adopt_notice",
            "consent.publish_wording",
            "consent.set_review_birthdays",
            "consent.set_first_asked",
            "cases.keep_agencies",
            "cases.merge_agencies",
            "consent.keep_agreements",
            "cases.restrict_records",
            "consent.record_share",
            "consent.authorise_share",
            "letters.manage_templates",
            "planning.read_figures",
            "planning.release_figures",
            "planning.ask_identified_use",
            "planning.decide_identified_use",
            "website.read_visits",
            "sar.record_request",
            "sar.work_requests",
            "sar.release_request",
            "retention.adopt_schedule",
            "retention.approve_destruction",
            "retention.place_hold",
            "retention.propose_destruction",
            "retention.stop_destruction",
        }
        | {
            "sar.approve_erasure",
            "sar.record_complaint",
            "sar.report_breach",
            "sar.work_breaches",
            "sar.work_complaints",
            "sar.sign_pack",
        },
    ),
    Role.SYSTEM_ADMINISTRATOR: Rights(
        meaning="Runs the software: users, roles and settings; sees no client at all.",
        permissions=frozenset(
            {
                "accounts.enter_admin",
                "accounts.view_user",
                "accounts.manage_users",
                "accounts.publish_undertaking",
                "assessments.define_questions",
                "cases.manage_services",
                "safeguarding.name_receivers",
                "api.revoke_tokens",
                "website.read_visits",
            }
        )
        # Whoever is asked or complained to writes it down, whoever they are (UK GDPR Art 12A); they read again what
        # they wrote themselves.
        | {"sar.record_complaint", "sar.record_request", "sar.report_breach"},
    ),
}
