"""The queue's timetable: what the worker does by itself, however many workers there are."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from api.actions import forget_keys
from audit import emails, sealing
from audit.actors import SYSTEM, because
from cases.actions.emergencies import chase_reviews
from cases.actions.homes import forget_homes_of_leavers
from cases.actions.odd_looks import find_odd_looks, remind_reviewers
from cases.actions.safety import ask_for_reviews
from cases.documents import DOCUMENTS, PREVIEWS
from consent.actions.agreements import ask_for_agreement_reviews
from consent.actions.parcels import FOLDER as AGENCY_PACKS
from consent.actions.parcels import forget_parcels
from consent.actions.reviews import ask_for_consent_reviews
from core.files.keeping import lost, remove
from core.shared_cache import SharedCache
from diary.queries.alone import WATCH_TASK
from diary.sending import send_due_reminders
from diary.watch import raise_alarms
from funding.quarters import quarter_of
from imports.actions.files import FOLDER, forget_old_files
from imports.workflow import KEPT
from planning.actions.figures import release_by_itself
from retention import protections
from retention.actions.holds import ask_for_hold_reviews
from retention.actions.log_months import note_log_months
from retention.actions.nobody_acts import tell_of_due_to_nobody
from retention.actions.papers import ask_for_paper_reviews
from retention.actions.stops import note_stopped_erasures
from retention.actions.training import ask_for_trainings
from retention.backups.making import forget_old_backups, make_backup
from safeguarding.actions.clock import remind_of_unread
from sar.actions import delivery, kept_pages
from sar.actions import letters as rights_letters
from sar.actions.kept_apart import tell_receivers_of_requests
from sar.actions.notices import tell_of_deadlines, tell_of_erasures
from sar.actions.search import FOLDER as FOUND_FILES
from sar.actions.search import chase_searches
from sar.public.actions import forget_public_drafts
from website.writing import tidy_visits

# From which action it follows, in the log.
TIMETABLE = "the timetable"

# A queue of its own: these must run also while long work fills the other.
UPKEEP = "upkeep"

# Sign-ins are looked at after something went wrong, which people notice within a quarter.
SIGN_INS_KEPT = timedelta(days=90)


@app.periodic(cron="*/2 * * * *")
@app.task(name="upkeep.take_up_lost_jobs", queue=UPKEEP, pass_context=True)
async def take_up_lost_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that was killed back to the queue: they would wait for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(name="upkeep.seal_the_log", queue=UPKEEP)
@because(TIMETABLE)
def seal_the_log(timestamp: int) -> None:
    """Seal what was written in the log and has come to rest, and anchor it outside the database."""
    sealing.seal()


@app.periodic(cron="30 7 * * *")
@app.task(name="upkeep.mail_the_seal", queue=UPKEEP)
@because(TIMETABLE)
def mail_the_seal(timestamp: int) -> None:
    """Each morning the newest seal goes to two people by e-mail: nobody can take it back from them."""
    emails.mail_newest_seal()


@app.periodic(cron="* * * * *")
@app.task(name=WATCH_TASK, queue=UPKEEP, queueing_lock=WATCH_TASK)
@because(TIMETABLE)
def raise_alarms_of_lone_workers(timestamp: int) -> None:
    """Every minute: colleagues who went alone and have not checked in."""
    raise_alarms()


@app.periodic(cron="*/5 * * * *")
@app.task(name="upkeep.send_reminders", queue=UPKEEP, queueing_lock="upkeep.send_reminders")
@because(TIMETABLE)
def send_reminders(timestamp: int) -> None:
    """Every five minutes: reminders of appointments that are due."""
    send_due_reminders()


@app.periodic(cron="20 * * * *")
@app.task(name="upkeep.forget_agency_packs", queue=UPKEEP)
@because(TIMETABLE)
def forget_agency_packs(timestamp: int) -> None:
    """Each hour: the files of packs for agencies whose time is over are removed."""
    forget_parcels(now=timezone.now())


@app.periodic(cron="40 * * * *")
@app.task(name="upkeep.shut_old_links", queue=UPKEEP)
@because(TIMETABLE)
def shut_links_of_packs(timestamp: int) -> None:
    """Each hour: the files behind links to packs whose time is over are removed."""
    delivery.shut_old_links(now=timezone.now(), by=SYSTEM)


@app.periodic(cron="10 5 * * *")
@app.task(name="upkeep.ask_for_consent_reviews", queue=UPKEEP)
@because(TIMETABLE)
def ask_for_reviews_of_consents(timestamp: int) -> None:
    """Each night: consents and agreements to be looked at again, that end soon, or that a birthday touches."""
    ask_for_consent_reviews(on=timezone.localdate())
    ask_for_agreement_reviews(on=timezone.localdate())


@app.periodic(cron="*/15 * * * *")
@app.task(name="safeguarding.remind_of_unread", queue=UPKEEP)
@because(TIMETABLE)
def remind_of_unread_concerns(timestamp: int) -> None:
    """Say again what nobody has read in time, and after twice the time to others."""
    remind_of_unread(now=timezone.now())


@app.periodic(cron="11 4 * * *")
@app.task(name="upkeep.find_odd_looks", queue=UPKEEP)
@because(TIMETABLE)
def find_odd_looks_of_yesterday(timestamp: int) -> None:
    """Every night: looks of the day before that somebody should say something about. What was kept of the
    homes of leavers goes after that.
    """
    find_odd_looks(on=timezone.localdate() - timedelta(days=1))
    forget_homes_of_leavers()


@app.periodic(cron="5 8 * * 1")
@app.task(name="upkeep.remind_reviewers", queue=UPKEEP)
@because(TIMETABLE)
def remind_reviewers_of_looks(timestamp: int) -> None:
    """Every Monday: how many odd looks wait."""
    remind_reviewers()


@app.periodic(cron="10 8 * * *")
@app.task(name="upkeep.chase_emergency_reviews", queue=UPKEEP)
@because(TIMETABLE)
def chase_reviews_of_emergency_looks(timestamp: int) -> None:
    """Every morning: emergency looks whose review is due, on working days."""
    chase_reviews(on=timezone.localdate())


@app.periodic(cron="*/10 * * * *")
@app.task(name="upkeep.forget_public_drafts", queue=UPKEEP)
@because(TIMETABLE)
def forget_drafts_of_strangers(timestamp: int) -> None:
    """Every ten minutes: what somebody typed on the public site two hours ago and did not send."""
    forget_public_drafts(now=timezone.now(), by=SYSTEM)


@app.periodic(cron="7 * * * *")
@app.task(name="upkeep.tidy_visits", queue=UPKEEP)
@because(TIMETABLE)
def tidy_visits_of_the_site(timestamp: int) -> None:
    """Each hour: how many people were on the public site at once; visits that are old go."""
    tidy_visits(months=settings.VISITS["months"], now=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="upkeep.forget_sign_ins", queue=UPKEEP)
@because(TIMETABLE)
def forget_sign_ins(timestamp: int) -> None:
    """Every night: expired sessions, failed sign-ins that lock nobody any more, old sign-ins."""
    now = timezone.now()
    SessionStore.clear_expired()
    locked_for = timedelta(hours=settings.AXES_COOLOFF_TIME)
    AccessAttempt.objects.filter(attempt_time__lt=now - locked_for).delete()
    for kept in (AccessLog, AccessFailureLog):
        kept.objects.filter(attempt_time__lt=now - SIGN_INS_KEPT).delete()
    counted = caches["default"]
    if isinstance(counted, SharedCache):
        counted.forget_expired(now=now)


@app.periodic(cron="37 3 * * *")
@app.task(name="upkeep.forget_keys", queue=UPKEEP)
@because(TIMETABLE)
def forget_keys_of_programs(timestamp: int) -> None:
    """Every night: keys of requests that no program sends again."""
    forget_keys(now=timezone.now())


@app.periodic(cron="47 4 * * *")
@app.task(name="upkeep.tell_receivers_of_requests", queue=UPKEEP)
@because(TIMETABLE)
def tell_receivers(timestamp: int) -> None:
    """Every night: the named people, of whom in an allegation asks for their record."""
    tell_receivers_of_requests()


@app.periodic(cron="40 7 * * *")
@app.task(name="sar.tell_of_deadlines", queue=UPKEEP)
@because(TIMETABLE)
def tell_of_deadlines_of_requests(timestamp: int) -> None:
    """Every morning: answers and promised erasures that are nearly due or late, and searches asked for."""
    tell_of_deadlines(on=timezone.localdate())
    tell_of_erasures(on=timezone.localdate())
    chase_searches(on=timezone.localdate())


@app.periodic(cron="23 5 * * *")
@app.task(name="upkeep.ask_for_reviews", queue=UPKEEP)
@because(TIMETABLE)
def ask_for_alerts_to_be_reviewed(timestamp: int) -> None:
    """Every morning: a task for each alert that nobody has looked at in time."""
    ask_for_reviews(on=timezone.localdate())


@app.periodic(cron="41 5 * * *")
@app.task(name="planning.release_figures", queue=UPKEEP)
@because(TIMETABLE)
def release_figures_of_last_quarter(timestamp: int) -> None:
    """Every morning: the figures of the quarter before, a week after its end, unless somebody has."""
    today = timezone.localdate()
    release_by_itself(quarter=quarter_of(today).previous, on=today, by=SYSTEM)


@app.periodic(cron="* * * * *")
@app.task(
    name="retention.note_protections", queue=UPKEEP, queueing_lock="retention.note_protections"
)
@because(TIMETABLE)
def note_protections(timestamp: int) -> None:
    """Every minute in which something was done: what protects people is noted outside the database."""
    protections.write_if_changed()


@app.periodic(cron="29 5 * * *")
@app.task(name="retention.ask_for_hold_reviews", queue=UPKEEP)
@because(TIMETABLE)
def ask_for_reviews_of_holds(timestamp: int) -> None:
    """Every morning: a task for each hold, paper of the officer's file and training whose day has come; and word
    where something is due that no officer may see.
    """
    ask_for_hold_reviews(on=timezone.localdate())
    ask_for_paper_reviews(on=timezone.localdate())
    ask_for_trainings(on=timezone.localdate())
    tell_of_due_to_nobody(on=timezone.localdate())


@app.periodic(cron="35 5 * * *")
@app.task(name="retention.note_stopped_erasures", queue=UPKEEP)
@because(TIMETABLE)
def note_erasures_that_are_stopped(timestamp: int) -> None:
    """Every morning: erasures that were promised and that something stops, or stops no more."""
    note_stopped_erasures(on=timezone.localdate())


@app.periodic(cron="45 5 * * *")
@app.task(name="retention.note_log_months", queue=UPKEEP)
@because(TIMETABLE)
def note_months_of_the_log(timestamp: int) -> None:
    """Every morning: each month of the log that is over and sealed, so that its own time runs."""
    note_log_months(on=timezone.localdate(), by=SYSTEM)


@app.periodic(cron="30 1 * * *")
@app.task(name="retention.back_up", queue=UPKEEP, queueing_lock="retention.back_up")
@because(TIMETABLE)
def back_up(timestamp: int) -> None:
    """Every night, where there is a key: a backup of the database and the files; old ones go."""
    if settings.BACKUPS["key"]:
        make_backup(now=timezone.now(), by=SYSTEM)
        forget_old_backups(now=timezone.now(), by=SYSTEM)


@app.periodic(cron="37 3 * * *")
@app.task(name="upkeep.forget_lost_files", queue=UPKEEP)
@because(TIMETABLE)
def forget_lost_files(timestamp: int) -> None:
    """Every night: pages kept for requests that are answered, and files without a row, of which nobody knows."""
    kept_pages.drop_pages_of_answered(by=SYSTEM)
    remove(
        lost(
            (
                DOCUMENTS,
                PREVIEWS,
                FOLDER,
                AGENCY_PACKS,
                rights_letters.FOLDER,
                kept_pages.FOLDER,
                FOUND_FILES,
                delivery.FOLDER,
            )
        )
    )


@app.periodic(cron="47 3 * * *")
@app.task(name="upkeep.forget_imported_files", queue=UPKEEP)
@because(TIMETABLE)
def forget_imported_files(timestamp: int) -> None:
    """Every night: spreadsheets that came long enough ago, and what their rows said."""
    forget_old_files(before=timezone.now() - KEPT, by=SYSTEM)
