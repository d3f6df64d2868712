"""`manage.py first_administrator`: the account that makes all others, and the first undertaking."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions.staff import add_user, give_role, publish_undertaking
from accounts.models import User
from accounts.queries import current_undertaking
from accounts.roles import Role
from accounts.wording import FIRST_UNDERTAKING
from audit.actors import SYSTEM, because


class Command(BaseCommand):
    """Make the first system administrator. Refused once there is one: they make the others."""

    help = (
        "Makes the first system administrator and publishes the first confidentiality undertaking."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="e-mail address to sign in with")
        parser.add_argument("--name", required=True, help="full name, as colleagues know it")
        parser.add_argument(
            "--password-from-standard-input",
            action="store_true",
            help="read the password from standard input instead of asking for it",
        )

    @because("manage.py first_administrator")
    def handle(self, *args: Any, **options: Any) -> None:
        role = Role.SYSTEM_ADMINISTRATOR
        if User.objects.filter(groups__name=role.value, is_active=True).exists():
            raise CommandError(
                "There is a system administrator already. They add further accounts in the admin."
            )
        if options["password_from_standard_input"]:
            password = sys.stdin.readline().rstrip("\n")
        else:
            password = getpass.getpass("Password (12 characters or more): ")
        try:
            validate_password(password)
            with transaction.atomic():
                user = add_user(
                    email=options["email"], full_name=options["name"], password=password, by=SYSTEM
                )
                give_role(user=user, role=role, by=SYSTEM)
                if current_undertaking() is None:
                    publish_undertaking(text=FIRST_UNDERTAKING, by=user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user} may sign in as {user.email} and add the others in the admin.")
