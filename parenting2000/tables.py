"""Tables that other people's code brings: what they hold, why, and how their rows go.

The companion of the `Privacy` beside our own models. `manage.py check --database default` compares it
with the tables that are really there, column by column, and fails for a new one.
"""

from core.privacy import Table


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


OTHER_TABLES: dict[str, Table] = {
    "account_emailaddress": Table(
        because="sign-in addresses of staff, kept by the sign-in library",
        staff=_columns("email user_id"),
        not_personal=_columns("id verified primary"),
        emptied="with the account",
    ),
    "account_emailconfirmation": Table(
        because="links to confirm an address; not used while addresses come from the administrator",
        staff=_columns("email_address_id key sent created"),
        not_personal=_columns("id"),
        emptied="with the account",
    ),
    "mfa_authenticator": Table(
        because="second steps of staff: secrets of apps and passkeys",
        staff=_columns("user_id data created_at last_used_at"),
        not_personal=_columns("id type"),
        emptied="with the account, or when staff take the step away",
    ),
    "usersessions_usersession": Table(
        because="from which browser staff are signed in, so that they can end what is not theirs",
        staff=_columns("user_id ip user_agent session_key created_at last_seen_at"),
        not_personal=_columns("id data"),
        emptied="with the session, by the nightly job",
    ),
    "accounts_user_groups": Table(
        because="which roles somebody has",
        staff=_columns("user_id group_id"),
        not_personal=_columns("id"),
    ),
    "accounts_user_user_permissions": Table(
        because="stays empty: permissions come from roles only",
        staff=_columns("user_id permission_id"),
        not_personal=_columns("id"),
    ),
    "auth_group": Table(because="names of roles", not_personal=_columns("id name")),
    "auth_group_permissions": Table(
        because="what a role may do", not_personal=_columns("id group_id permission_id")
    ),
    "auth_permission": Table(
        because="names of permissions", not_personal=_columns("id name content_type_id codename")
    ),
    "axes_accessattempt": Table(
        because="failed sign-ins, so that guessing is locked out",
        staff=_columns("username ip_address user_agent attempt_time"),
        not_personal=_columns("id http_accept path_info get_data post_data failures_since_start"),
        emptied="after the lock-out time, by the nightly job",
    ),
    "axes_accessattemptexpiration": Table(
        because="when a failed sign-in is forgotten",
        not_personal=_columns("access_attempt_id expires_at"),
        emptied="with the attempt",
    ),
    "axes_accessfailurelog": Table(
        because="not used: the attempts above are enough for locking",
        staff=_columns("username ip_address user_agent attempt_time"),
        not_personal=_columns("id http_accept path_info locked_out"),
    ),
    "axes_accesslog": Table(
        because="sign-ins and sign-outs",
        staff=_columns("username ip_address user_agent attempt_time logout_time session_hash"),
        not_personal=_columns("id http_accept path_info"),
        emptied="by the nightly job",
    ),
    "shared_cache": Table(
        because="how often somebody tried within some minutes: a keyed hash of who or where, a number or "
        "moments (core/shared_cache.py)",
        not_personal=_columns("key value until"),
        emptied="by the nightly job, when its time is over",
    ),
    "django_admin_log": Table(
        because="Django makes it; nothing is ever written there, and the application role may not",
        staff=_columns("user_id action_time"),
        not_personal=_columns(
            "id object_id object_repr action_flag change_message content_type_id"
        ),
    ),
    "django_content_type": Table(
        because="names of tables", not_personal=_columns("id app_label model")
    ),
    "django_migrations": Table(
        because="which migrations ran", not_personal=_columns("id app name applied")
    ),
    "django_session": Table(
        because="who is signed in; messages for the next page; what somebody typed when their session "
        "had ended, for a quarter of an hour or until they have signed in again and saved it",
        staff=_columns("session_key session_data expire_date"),
        emptied="by the nightly job, when expired",
    ),
    "procrastinate_jobs": Table(
        because="work waiting for the worker; arguments are numbers of rows and nothing else",
        not_personal=_columns(
            "id queue_name task_name lock args status scheduled_at attempts queueing_lock priority"
            " abort_requested worker_id"
        ),
        emptied="as soon as a job is finished",
    ),
    "procrastinate_events": Table(
        because="when a job started and ended",
        not_personal=_columns("id job_id type at"),
        emptied="with the job",
    ),
    "procrastinate_periodic_defers": Table(
        because="when a periodic job was last put in the queue",
        not_personal=_columns("id task_name defer_timestamp job_id periodic_id"),
    ),
    "procrastinate_workers": Table(
        because="which workers are alive", not_personal=_columns("id last_heartbeat")
    ),
}
