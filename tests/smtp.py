"""A real mail server inside the tests, which keeps what it receives."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class Inbox:
    """What arrived, in order; while `refusing` says so, the server takes nothing."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusing = False
        # An address that nobody has.
        self.unknown = ""
        self.host, self.port = "127.0.0.1", 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.unknown:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        if self.refusing:
            return "451 Not now, try again later"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in str(letter["To"])]

    @property
    def mailers(self) -> dict[str, Any]:
        """The setting MAILERS that leads here."""
        return {
            "default": {
                "BACKEND": SMTP_BACKEND,
                "OPTIONS": {"host": self.host, "port": self.port, "timeout": 5},
            }
        }


class _OnAFreePort(Controller):
    """Tells the port that the machine gave, which the library asks for too late."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running() -> Iterator[Inbox]:
    """A server on a free port of this machine."""
    inbox = Inbox()
    controller = _OnAFreePort(inbox, hostname=inbox.host, port=0)
    controller.start()
    try:
        inbox.port = controller.port
        yield inbox
    finally:
        controller.stop()
