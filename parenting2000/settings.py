"""Settings of the whole product: everything a charity may choose comes from the environment.

`.env.sample` names every variable. A missing secret stops the start with a sentence. The words and
numbers below that are not asked of the environment are decisions, written down in docs/adr/.
"""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def _required(name: str, hint: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return value


# --- What must be given -----------------------------------------------------------------------

SECRET_KEY = _required(
    "SECRET_KEY",
    "Put a long random text into the environment or .env (see .env.sample); "
    "`make demo` makes one by itself.",
)
_required(
    "DATABASE_URL",
    "Give the address of PostgreSQL for the application role (see .env.sample); "
    "`make demo` starts a private one by itself.",
)

# --- How it runs ------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# Demo: invented families, plain http on this machine, a banner on every page.
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many proxies of our own stand before the application; their report of the visitor's address
# is believed, anybody else's is not.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

ROOT_URLCONF = "parenting2000.urls"
WSGI_APPLICATION = "parenting2000.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "parenting2000",
    "api",
    "planning",
    "retention",
    "website",
    "sar",
    "safeguarding",
    "consent",
    "letters",
    "assessments",
    "diary",
    "funding",
    "imports",
    "cases",
    "accounts",
    "audit",
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "pgtrigger",
    "procrastinate.contrib.django",
    "crispy_forms",
    "crispy_forms_gds",
    "django_filters",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "core.middleware.RequestIdentity",
    "website.middleware.Visits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cases.middleware.NothingTypedIsLost",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.TwoStepFirst",
    "accounts.middleware.UndertakingFirst",
    "cases.middleware.RestrictedNames",
    # Last: the view, its log entries and its page are one transaction.
    "audit.middleware.OneTransaction",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.organisation.context",
                "parenting2000.navigation.context",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------

# The application role owns nothing and may change only rows; the owner role migrates.
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    CONN_HEALTH_CHECKS=True,
    # audit.middleware.OneTransaction opens the transaction, so that templates are rendered inside it.
    ATOMIC_REQUESTS=False,
    OPTIONS={
        # Connections of one process, kept open between requests; 10 seconds' wait for a free one.
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=8), "timeout": 10},
        **DATABASES["default"].get("OPTIONS", {}),
    },
)
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
# Kept apart: while migrating, DATABASES names the owner.
DATABASE_APP_ROLE = DATABASES["default"]["USER"]
PGTRIGGER_SCHEMA_EDITOR = False

# Limits are counted for all processes together, which is what the cache is for.
CACHES = {"default": {"BACKEND": "core.shared_cache.SharedCache"}}

# --- Declarations (core/privacy.py) ------------------------------------------------------------

PRIVACY_PERSON_MODEL = "cases.Person"
PRIVACY_OTHER_TABLES = "parenting2000.tables.OTHER_TABLES"

# What somebody has to do that explains a look at a person (cases/queries/purposes.py).
TASKS_AT_HAND = [
    "sar.permissions.request_at_hand",
    "sar.permissions.complaint_at_hand",
    "safeguarding.permissions.concern_at_hand",
    "consent.permissions.share_at_hand",
    "cases.reach.access_at_hand",
]

# What stands in the timeline of a case or a person beside its entries (cases/queries/timeline_sources.py).
TIMELINE_SOURCES = [
    "cases.queries.hand_overs.HAND_OVERS",
    "assessments.queries.timeline.ASSESSMENTS",
    "assessments.queries.timeline.GOALS",
    "assessments.queries.timeline.PLANS",
    "diary.queries.timeline.APPOINTMENTS",
    "consent.queries.timeline.SHARES",
    "safeguarding.queries.timeline.CONCERNS",
]

# Why a draft may not be thrown away now, in a sentence, "" if it may; the layer that knows is above the drafts.
DRAFT_STAYS = "sar.queries.holds.why_draft_stays"

# What keeps a draft as it stood when somebody asked for a copy, before it is typed over.
DRAFT_TYPED_OVER = "sar.actions.drafts_held.keep_as_it_stood"

# Which records are under a hold that somebody placed, each in a sentence; the layer that knows is above the requests.
ERASURE_HELD = "retention.holding.by_hand_in_words"

# References by which the search finds people beside those of `cases` itself (cases/queries/search.py).
REFERENCES_SOUGHT = {"CON": "consents__reference", "ASM": "assessments__reference"}

# What `manage.py migrate` puts up at its end besides rights and triggers of models.
AFTER_MIGRATE = ["cases.guards.put_up"]

# Entries of the log about these are read by the people whom they name (audit/kept_apart.py).
LOG_KEPT_APART = [
    "cases.closed.entries_kept_from",
    "safeguarding.permissions.entries_kept_from",
]

# The one thing that the public site is told of the record: the services' own public words.
PUBLIC_SERVICES = "cases.public.services"

# --- Sign-in ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "cases:work"
LOGOUT_REDIRECT_URL = "website:home"

ACCOUNT_ADAPTER = "accounts.adapter.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Asking for a new password tells nobody whether an address has an account, and writes to no stranger.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# axes counts failed sign-ins by name and address together; allauth's own limits would lock a whole
# office behind one address. The second step keeps its limit.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/300s/key"}
# Whoever changes a second step, and whoever does what cannot be undone, signs in again first.
MFA_ADAPTER = "accounts.two_step.TwoStepAdapter"
MFA_FORMS = {
    "authenticate": "accounts.two_step.SecondStep",
    "reauthenticate": "accounts.two_step.SecondStepAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Localhost without https, where the demo runs, is all the browser allows besides.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Accounts are made by the administrator with the address of the person they know.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Roles that need a second step ("all", or names with commas between), and how many days a new account
# has to set one up. The demo asks nobody.
TWO_STEP_ROLES = env.list("TWO_STEP_ROLES", default=["all"])
TWO_STEP_GRACE_DAYS = env.int("TWO_STEP_GRACE_DAYS", default=7)
MFA_TOTP_ISSUER = env.str("CHARITY_NAME", default="Parenting 2000")

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.adapter.name_tried"
AXES_CLIENT_IP_CALLABLE = "core.addresses.address_of"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["password"]

SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: one long working day, whatever is done meanwhile
# Minutes without a page after which one signs in again; what was being typed is kept as a draft.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# Messages travel in the session row: no third cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Safety of the web pages ------------------------------------------------------------------

_https = not (DEBUG or DEMO)
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 63_072_000 if _https else 0  # seconds: two years
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
CSRF_FAILURE_VIEW = "cases.views.unsaved.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes of one form, without files

# --- Files ------------------------------------------------------------------------------------

MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
# Nothing under MEDIA_ROOT has an address of its own: files are served through the door only.
MEDIA_URL = "/files-have-no-address/"
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", default=25) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    # First, so that what is too large is refused before any of it is read.
    "core.files.uploads.RefuseTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The virus scanner clamd: tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty where there is none.
CLAMD_URL = env.str("CLAMD_URL", default="")
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG or DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Work in the background ---------------------------------------------------------------------

# Each app's `tasks.py` is found by itself; the timetable belongs to the product.
PROCRASTINATE_IMPORT_PATHS = ["parenting2000.jobs"]
PROCRASTINATE_WORKER_DEFAULTS = {
    # What failed is said on the row it was about, so that nothing of it stays in the queue.
    "delete_jobs": "always",
    "shutdown_graceful_timeout": 30,  # seconds; a build that is cut short runs again
}

# --- Letters and e-mail -----------------------------------------------------------------------

_mail = env.email_url("EMAIL_URL", default="consolemail://")
_SMTP = {
    "host": _mail["EMAIL_HOST"],
    "port": _mail["EMAIL_PORT"],
    "username": _mail["EMAIL_HOST_USER"],
    "password": _mail["EMAIL_HOST_PASSWORD"],
    "use_tls": _mail.get("EMAIL_USE_TLS", False),
    "use_ssl": _mail.get("EMAIL_USE_SSL", False),
    "timeout": 20,  # seconds
}
_FOLDER = {"file_path": _mail["EMAIL_FILE_PATH"]}
MAILERS = {
    "default": {
        "BACKEND": _mail["EMAIL_BACKEND"],
        "OPTIONS": _SMTP if _mail["EMAIL_HOST"] else _FOLDER if _mail["EMAIL_FILE_PATH"] else {},
    }
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="admin@parenting2000.org.uk")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Reminders of appointments come from here; a neutral address gives away less than the charity's own.
REMINDER_FROM_EMAIL = env.str("REMINDER_FROM_EMAIL", default=DEFAULT_FROM_EMAIL)

# --- Colleagues who go alone ------------------------------------------------------------------

# So long after the time by which they wanted to check in the alarm calls the first on duty, and so
# long after that the next.
LONE_WORKER_GRACE = timedelta(minutes=env.int("LONE_WORKER_GRACE_MINUTES", default=15))
LONE_WORKER_NEXT = timedelta(minutes=env.int("LONE_WORKER_NEXT_MINUTES", default=10))

# --- The log -----------------------------------------------------------------------------------

# Seals outside the database. Put it on another mount, which those who run the database cannot change.
AUDIT_ANCHOR = env.path("AUDIT_ANCHOR", default=str(BASE_DIR / "var" / "anchor" / "seals.jsonl"))
# Who gets the newest seal by e-mail each day: the DPO and a trustee, with a comma between.
AUDIT_ANCHOR_EMAILS = env.list("AUDIT_ANCHOR_EMAILS", default=[])

# From how many different records within an hour on somebody is asked why.
MANY_LOOKS = env.int("MANY_LOOKS", default=40)

# So many hours a record stays open to whoever opened it in an emergency, and within so many working days
# somebody else says whether it was needed.
BREAK_GLASS_HOURS = env.int("BREAK_GLASS_HOURS", default=4)
if not 1 <= BREAK_GLASS_HOURS <= 24:
    raise ImproperlyConfigured(
        f"BREAK_GLASS_HOURS is {BREAK_GLASS_HOURS}. Write a number of hours from 1 to 24."
    )
BREAK_GLASS_REVIEW_DAYS = env.int("BREAK_GLASS_REVIEW_DAYS", default=5)
if BREAK_GLASS_REVIEW_DAYS < 1:
    raise ImproperlyConfigured("BREAK_GLASS_REVIEW_DAYS must be 1 working day or more.")
# Within so many days a manager looks at what a worker told somebody and wrote down in four fields.
SHARE_REVIEW_DAYS = env.int("SHARE_REVIEW_DAYS", default=7)

# --- Figures -----------------------------------------------------------------------------------

# Figures under this are hidden wherever figures leave the record, and others so that none can be worked out.
SMALL_NUMBER = env.int("SMALL_NUMBER", default=5)

# --- Visits to the public site -----------------------------------------------------------------

VISITS = {
    # Months that a visit is kept before only totals stay; 0 notes no visits at all.
    "months": env.int("VISITS_KEPT_MONTHS", default=3),
    # Visits wait so long in memory and are written down together.
    "seconds": 10,
    # The pages that are noted, and those of forms, which are only counted by the hour.
    "pages": ("website", "notices"),
    "forms": ("ask",),
}

# --- Rights requests --------------------------------------------------------------------------

# A colleague who was asked to search is asked again every so many days.
SEARCH_CHASE_DAYS = env.int("SEARCH_CHASE_DAYS", default=3)
# So many days before an answer is due those who can act are told; and when it is late a trustee too.
DEADLINE_NEAR_DAYS = env.int("DEADLINE_NEAR_DAYS", default=7)
# Whoever asked for an erasure is told that it is gone so many days after its approval: more than
# DESTRUCTION_COOLING_DAYS, and as few as the law's "without undue delay".
ERASURE_DAYS = env.int("ERASURE_DAYS", default=21)
# Where something stops that after all, they are told within so many days.
ERASURE_STOP_DAYS = env.int("ERASURE_STOP_DAYS", default=7)
TRUSTEE_EMAIL = env.str("TRUSTEE_EMAIL", default="")

# --- Destruction ---------------------------------------------------------------------------------

RETENTION = {
    # The master switch: without it nothing is destroyed, whatever was approved.
    "on": env.bool("DESTRUCTION_ON", default=False),
    # Days between the second person's approval and the destruction.
    "cooling_days": env.int("DESTRUCTION_COOLING_DAYS", default=14),
    # How many families go in one transaction, with one search for what was left behind.
    "batch": env.int("DESTRUCTION_BATCH", default=1000),
    # Keyed hashes of what was destroyed, outside the database, so that a restored backup destroys it again.
    "ledger": env.path("ERASURE_LEDGER", default=str(BASE_DIR / "var" / "anchor" / "erased.txt")),
    # The key of those hashes; it must stay the same for as long as backups live.
    "key": env.str("ERASURE_KEY", default=SECRET_KEY),
}

BACKUPS = {
    # Another disk than the database's, better another machine's.
    "folder": env.path("BACKUP_FOLDER", default=str(BASE_DIR / "var" / "backups")),
    # Without it there is no backup: nothing is ever written unencrypted.
    "key": env.str("BACKUP_KEY", default=""),
    # What was destroyed is in backups for so long and no longer.
    "days": env.int("BACKUP_DAYS", default=35),
}

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["core.formats"]

# --- Forms ------------------------------------------------------------------------------------

CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

# --- The charity ------------------------------------------------------------------------------

ORGANISATION = {
    "name": env.str("CHARITY_NAME", default="Parenting 2000"),
    "address": env.str("CHARITY_ADDRESS", default="Southport, Merseyside"),
    "phone": env.str("CHARITY_PHONE", default="0151 932 1163"),
    "email": env.str("CHARITY_EMAIL", default="admin@parenting2000.org.uk"),
    "number": env.str("CHARITY_NUMBER", default=""),
    "controller": env.str("CONTROLLER", default="Parenting 2000"),
    "dpo_title": env.str("DPO_TITLE", default="Data Protection Officer"),
    "dpo_phone": env.str("DPO_PHONE", default="0151 932 1163"),
    "dpo_email": env.str("DPO_EMAIL", default="admin@parenting2000.org.uk"),
    "regulator_name": env.str("REGULATOR_NAME", default="Information Commissioner's Office"),
    "regulator_registration": env.str("REGULATOR_REGISTRATION", default="Z9966170"),
    "regulator_address": env.str(
        "REGULATOR_ADDRESS", default="Wycliffe House, Water Lane, Wilmslow, Cheshire, SK9 5AF"
    ),
    "regulator_phone": env.str("REGULATOR_PHONE", default="0303 123 1113"),
    "regulator_url": env.str("REGULATOR_URL", default="https://ico.org.uk"),
    "colour": env.str("CHARITY_COLOUR", default="#5b2d82"),
    # Where the button "Exit this page" leads whoever is watched: something that looks like nothing.
    "exit_url": env.str("EXIT_URL", default="https://www.bbc.co.uk/weather"),
    "demo": DEMO,
}

# --- Safeguarding ---------------------------------------------------------------------------------

# Whom workers ring first, and when a concern that nobody has read is said again and to others.
# Numbers are the charity's to set; the demo's are numbers for drama.
SAFEGUARDING = {
    "council": env.str("COUNCIL_NAME", default="the council"),
    "council_phone": env.str("COUNCIL_PHONE", default="01632 960170" if DEMO else ""),
    "council_phone_at_night": env.str(
        "COUNCIL_PHONE_AT_NIGHT", default="01632 960171" if DEMO else ""
    ),
    # The council's designated officer for allegations against people who work with children.
    "designated_officer_phone": env.str(
        "DESIGNATED_OFFICER_PHONE", default="01632 960172" if DEMO else ""
    ),
    "unread_hours": env.int("CONCERN_UNREAD_HOURS", default=4),
    "unread_hours_in_danger": env.int("CONCERN_UNREAD_HOURS_IN_DANGER", default=1),
    # Working days within which the council's answer is expected, and after which it is asked again.
    "answer_days": env.int("COUNCIL_ANSWER_DAYS", default=1),
}

# --- Interface for programs -----------------------------------------------------------------------

API = {
    # For how many days at most somebody makes a token.
    "longest_days": env.int("TOKEN_DAYS", default=365),
    # Requests with one token.
    "rate": env.str("API_RATE", default="120/min"),
}

# --- Server log: never the words of a form, never a query string, never what an error quotes -------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "core.server_log.WhereAndWhich",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # In place of Django's own handlers, which mail whole requests to ADMINS and print whole errors.
        "django": {"handlers": [], "level": "INFO"},
        "procrastinate": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        # A request that finds no database says so itself.
        "psycopg.pool": {"level": "ERROR"},
        # It writes names and addresses, which a server log must not hold.
        "axes": {"level": "ERROR"},
    },
}
# Nobody is mailed a request: whoever looks after the machine sees no client's data.
ADMINS: list[str] = []
