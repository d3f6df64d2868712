"""Addresses of the client record. Public references, never the numbers of rows."""

from django.urls import URLPattern, path, register_converter

from cases.views import (
    access,
    alike,
    cases,
    conflicts,
    corrections,
    deaths,
    documents,
    drafts,
    emergencies,
    enquiries,
    entries,
    gaps,
    hand_overs,
    homes,
    looks,
    merging,
    odd_looks,
    paper,
    people,
    printing,
    purposes,
    referral_decisions,
    referrals,
    restrictions,
    reviews,
    safety,
    seals,
    search,
    tasks,
    unsaved,
    work,
)

app_name = "cases"


class Reference:
    """A public reference as the records carry it, P-000123 or ASM-000123; anything else is no address of ours."""

    regex = r"[A-Z]{1,3}-[0-9]{6,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "reference")

people_urls: list[URLPattern] = [
    path("search/", search.search, name="search"),
    path("people/add/", people.person_add, name="person-add"),
    path("people/alike/", alike.people_alike, name="people-alike"),
    path("people/doubles/", merging.doubles, name="doubles"),
    path("people/<reference:reference>/merge/", merging.person_merge, name="person-merge"),
    path("people/<reference:reference>/apart/", merging.person_apart, name="person-apart"),
    path("merges/<reference:reference>/", merging.merge, name="merge"),
    path("merges/<reference:reference>/undo/", merging.merge_undo, name="merge-undo"),
    path("people/<reference:reference>/", people.person, name="person"),
    path("people/<reference:reference>/why/", purposes.person_why, name="person-why"),
    path(
        "people/<reference:reference>/restricted/",
        restrictions.person_restricted,
        name="person-restricted",
    ),
    path(
        "restrictions/<reference:reference>/<slug:noun>/<reference:entry>/",
        restrictions.restriction_entry,
        name="restriction-entry",
    ),
    path("people/<reference:reference>/details/", people.person_details, name="person-details"),
    path("people/<reference:reference>/family/", people.person_family, name="person-family"),
    path(
        "people/<reference:reference>/household/", people.person_household, name="person-household"
    ),
    path("people/<reference:reference>/cases/", people.person_cases, name="person-cases"),
    path("people/<reference:reference>/looks/", people.person_looks, name="person-looks"),
    path("people/<reference:reference>/change/", people.person_change, name="person-change"),
    path("people/<reference:reference>/names/add/", people.name_add, name="name-add"),
    path("people/<reference:reference>/addresses/add/", people.address_add, name="address-add"),
    path("people/<reference:reference>/addresses/end/", people.address_end, name="address-end"),
    path(
        "people/<reference:reference>/contact-points/add/",
        people.contact_point_add,
        name="contact-point-add",
    ),
    path(
        "people/<reference:reference>/contact-points/end/",
        people.contact_point_end,
        name="contact-point-end",
    ),
    path(
        "people/<reference:reference>/sensitive-details/add/",
        people.sensitive_detail_add,
        name="sensitive-detail-add",
    ),
    path(
        "people/<reference:reference>/sensitive-details/end/",
        people.sensitive_detail_end,
        name="sensitive-detail-end",
    ),
    path(
        "people/<reference:reference>/relationships/add/",
        people.relationship_add,
        name="relationship-add",
    ),
    path(
        "people/<reference:reference>/relationships/end/",
        people.relationship_end,
        name="relationship-end",
    ),
    path("enquiries/", enquiries.enquiries, name="enquiries"),
    path("enquiries/add/", enquiries.enquiry_add, name="enquiry-add"),
    path("enquiries/<reference:reference>/", enquiries.enquiry, name="enquiry"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/add/", referrals.referral_add, name="referral-add"),
    path("referrals/<reference:reference>/", referrals.referral, name="referral"),
    path(
        "referrals/<reference:reference>/correct/",
        referrals.referral_correct,
        name="referral-correct",
    ),
    path(
        "referrals/<reference:reference>/screen/",
        referral_decisions.referral_screen,
        name="referral-screen",
    ),
    path(
        "referrals/<reference:reference>/accept/",
        referral_decisions.referral_accept,
        name="referral-accept",
    ),
    path(
        "referrals/<reference:reference>/decline/",
        referral_decisions.referral_decline,
        name="referral-decline",
    ),
    path(
        "referrals/<reference:reference>/withdraw/",
        referral_decisions.referral_withdraw,
        name="referral-withdraw",
    ),
    path(
        "referrals/<reference:reference>/allocate/",
        referral_decisions.referral_allocate,
        name="referral-allocate",
    ),
    path(
        "referrals/<reference:reference>/place/",
        referral_decisions.referral_place,
        name="referral-place",
    ),
    path("waiting/<slug:service>/", referral_decisions.waiting, name="waiting"),
]

correction_urls: list[URLPattern] = [
    *(
        path(
            f"people/<reference:reference>/{facts}/correct/",
            corrections.fact_correct,
            {"facts": facts},
            name=f"{facts}-correct",
        )
        for facts, pages in corrections.FACTS.items()
        if pages.form
    ),
    *(
        path(
            f"people/<reference:reference>/{facts}/take-out/",
            corrections.fact_take_out,
            {"facts": facts},
            name=f"{facts}-take-out",
        )
        for facts in corrections.FACTS
    ),
    path(
        "people/<reference:reference>/relationships/correct/",
        corrections.relationship_correct,
        name="relationships-correct",
    ),
    path(
        "people/<reference:reference>/responsibility/",
        corrections.responsibility,
        name="responsibility",
    ),
    path(
        "people/<reference:reference>/responsibility/withdraw/",
        corrections.responsibility_withdraw,
        name="responsibility-withdraw",
    ),
    path(
        "people/<reference:reference>/changes/", corrections.person_changes, name="person-changes"
    ),
    path("people/<reference:reference>/death/", deaths.death, name="person-death"),
    path("people/<reference:reference>/lives/", deaths.lives, name="person-lives"),
    path("people/<reference:reference>/void/", corrections.person_void, name="person-void"),
]

safety_urls: list[URLPattern] = [
    path("people/<reference:reference>/safety/", safety.person_safety, name="person-safety"),
    path("people/<reference:reference>/alerts/add/", safety.alert_add, name="alert-add"),
    path("alerts/<reference:reference>/", safety.alert, name="alert"),
    path("alerts/<reference:reference>/review/", safety.alert_review, name="alert-review"),
    path("alerts/<reference:reference>/end/", safety.alert_end, name="alert-end"),
    path(
        "people/<reference:reference>/no-contact/add/", safety.no_contact_add, name="no-contact-add"
    ),
    path(
        "people/<reference:reference>/no-contact/end/", safety.no_contact_end, name="no-contact-end"
    ),
    path(
        "people/<reference:reference>/no-disclosure/add/",
        safety.no_disclosure_add,
        name="no-disclosure-add",
    ),
    path(
        "people/<reference:reference>/no-disclosure/end/",
        safety.no_disclosure_end,
        name="no-disclosure-end",
    ),
    path("people/<reference:reference>/orders/add/", safety.order_add, name="order-add"),
    path("orders/<reference:reference>/", safety.order, name="order"),
    path("orders/<reference:reference>/end/", safety.order_end, name="order-end"),
]

case_urls: list[URLPattern] = [
    path("", work.my_work, name="work"),
    path("gaps/", gaps.gaps, name="gaps-first"),
    path("gaps/<slug:kind>/", gaps.gaps, name="gaps"),
    path("gaps/<slug:kind>/file/", gaps.gaps_file, name="gaps-file"),
    path("team/", work.team, name="team"),
    path("cases/", cases.mine, name="mine"),
    path("leaving/", hand_overs.leaving, name="leaving"),
    path(
        "cases/<reference:reference>/hand-over/",
        hand_overs.case_hand_over,
        name="case-hand-over",
    ),
    path("hand-overs/<reference:reference>/", hand_overs.hand_over, name="hand-over"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/add/", tasks.task_add, name="task-add"),
    path("cases/<reference:reference>/tasks/add/", tasks.case_task_add, name="case-task-add"),
    path("people/<reference:reference>/tasks/add/", tasks.person_task_add, name="person-task-add"),
    path("tasks/<reference:reference>/", tasks.task, name="task"),
    path("tasks/<reference:reference>/done/", tasks.task_finish, name="task-finish"),
    path("tasks/<reference:reference>/drop/", tasks.task_drop, name="task-drop"),
    path("tasks/<reference:reference>/pass-on/", tasks.task_pass_on, name="task-pass-on"),
    path("people/<reference:reference>/open-case/", cases.case_open, name="case-open"),
    path("cases/<reference:reference>/", cases.case, name="case"),
    path("cases/<reference:reference>/summary/", cases.case_summary, name="case-summary"),
    path("cases/<reference:reference>/close/", cases.case_close, name="case-close"),
    path("cases/<reference:reference>/void/", cases.case_void, name="case-void"),
    path("cases/<reference:reference>/reopen/", cases.case_reopen, name="case-reopen"),
    path("cases/<reference:reference>/workers/", cases.case_allocate, name="case-allocate"),
    path("cases/<reference:reference>/workers/end/", cases.allocation_end, name="allocation-end"),
    path("cases/<reference:reference>/people/add/", cases.case_person_add, name="case-person-add"),
    path(
        "cases/<reference:reference>/people/leave/",
        cases.case_person_leave,
        name="case-person-leave",
    ),
    path(
        "cases/<reference:reference>/professionals/add/",
        cases.case_professional_add,
        name="case-professional-add",
    ),
]

entry_urls: list[URLPattern] = [
    pattern
    for noun in entries.DESKS
    for pattern in (
        path(
            f"cases/<reference:reference>/{noun}s/add/",
            entries.entry_add,
            {"noun": noun},
            name=f"{noun}-add",
        ),
        path(
            f"cases/<reference:reference>/{noun}s/add/draft/",
            entries.draft_keep,
            {"noun": noun},
            name=f"{noun}-draft",
        ),
        path(
            f"{noun}s/<reference:reference>/correct/draft/",
            entries.correction_keep,
            {"noun": noun},
            name=f"{noun}-correct-draft",
        ),
        path(f"{noun}s/<reference:reference>/", entries.entry, {"noun": noun}, name=noun),
        path(
            f"{noun}s/<reference:reference>/correct/",
            entries.entry_correct,
            {"noun": noun},
            name=f"{noun}-correct",
        ),
    )
]

entry_urls += [
    path("sign-off/", reviews.sign_offs, name="sign-offs"),
    *(
        path(
            f"{noun}s/<reference:reference>/sign-off/",
            reviews.entry_review,
            {"noun": noun},
            name=f"{noun}-review",
        )
        for noun in ("note", "decision")
    ),
    path("looks/mistake/", looks.look_mistaken, name="look-mistaken"),
    path("send-again/", unsaved.send_again, name="send-again"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<uuid:token>/discard/", drafts.draft_discard, name="draft-discard"),
]

document_urls: list[URLPattern] = [
    path("cases/<reference:reference>/documents/", documents.documents, name="documents"),
    path("cases/<reference:reference>/documents/add/", documents.document_add, name="document-add"),
    path("documents/<reference:reference>/", documents.document, name="document"),
    path(
        "documents/<reference:reference>/replace/",
        documents.document_replace,
        name="document-replace",
    ),
    path("documents/<reference:reference>/file/", documents.document_file, name="document-file"),
    path(
        "documents/<reference:reference>/pages/<int:number>/",
        documents.document_page,
        name="document-page",
    ),
    path("documents/<reference:reference>/preview/", documents.preview, name="document-preview"),
    path(
        "documents/<reference:reference>/preview/again/",
        documents.preview_again,
        name="document-preview-again",
    ),
]

log_urls: list[URLPattern] = [
    path("odd-looks/", odd_looks.odd_looks, name="odd-looks"),
    path("odd-looks/<reference:reference>/", odd_looks.odd_look, name="odd-look"),
]

closed_urls: list[URLPattern] = [
    path("emergency/", emergencies.emergency, name="emergency"),
    path("emergencies/", emergencies.emergency_looks, name="emergencies"),
    path(
        "emergencies/<reference:reference>/",
        emergencies.emergency_look,
        name="emergency-look",
    ),
    path(
        "emergencies/<reference:reference>/end/",
        emergencies.emergency_end,
        name="emergency-end",
    ),
    path("access/", access.access, name="access"),
    path("access/add/", access.access_add, name="access-add"),
    path("access/end/", access.access_end, name="access-end"),
    path("where-i-live/", homes.where_i_live, name="where-i-live"),
    path("people-i-know/", conflicts.people_i_know, name="people-i-know"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/add/", conflicts.conflict_add, name="conflict-add"),
    path("conflicts/<reference:reference>/", conflicts.conflict, name="conflict"),
    path("conflicts/<reference:reference>/end/", conflicts.conflict_end, name="conflict-end"),
    path("conflicts/<reference:reference>/over/", conflicts.conflict_over, name="conflict-over"),
    path("conflicts/<reference:reference>/keep/", conflicts.conflict_keep, name="conflict-keep"),
    path("people/<reference:reference>/seal/", seals.person_seal, name="person-seal"),
    path("seals/", seals.seals, name="seals"),
    path("seals/<reference:reference>/", seals.seal, name="seal"),
    path("seals/<reference:reference>/off/", seals.seal_reader_off, name="seal-reader-off"),
    path("seals/<reference:reference>/lift/", seals.seal_lift, name="seal-lift"),
    path("seals/<reference:reference>/decide/", seals.seal_decide, name="seal-decide"),
]

paper_urls: list[URLPattern] = [
    path("cases/<reference:reference>/paper/", paper.paper_of_case, name="paper-of-case"),
    path("people/<reference:reference>/paper/", paper.paper_of_person, name="paper-of-person"),
    path("paper/", paper.paper_out, name="paper-out"),
    path("paper/<reference:reference>/", paper.paper_file, name="paper-file"),
    path("paper/<reference:reference>/<slug:step>/", paper.paper_step, name="paper-step"),
]

print_urls: list[URLPattern] = [
    path("people/<reference:reference>/print/", printing.person, name="person-print"),
    path("cases/<reference:reference>/print/", printing.case, name="case-print"),
    *(
        path(
            f"{noun}s/<reference:reference>/print/",
            printing.entry,
            {"noun": noun},
            name=f"{noun}-print",
        )
        for noun in entries.DESKS
    ),
]

urlpatterns = [
    *people_urls,
    *correction_urls,
    *safety_urls,
    *case_urls,
    *entry_urls,
    *document_urls,
    *log_urls,
    *closed_urls,
    *paper_urls,
    *print_urls,
]
