"""The virus scanner, over a real socket: clean, infected, overwhelmed, away."""

import logging
import socket

import pytest
from django.core.files.base import ContentFile

from core.files.formats import examine
from core.files.scanner import Infected, ScannerAway, scan
from tests import clamd, samples


@pytest.fixture
def scanner(settings):
    with clamd.running() as running:
        settings.CLAMD_URL = running.address
        yield running


def test_without_a_scanner_nothing_counts_as_scanned(settings):
    settings.CLAMD_URL = ""
    assert scan(ContentFile(b"words")) is False


def test_a_clean_file_is_seen_whole_by_the_scanner(scanner):
    content = samples.pdf("Words") + b"\n" * 900
    assert examine(ContentFile(content), "a.pdf").scanned is True
    assert scanner.seen == [content]


def test_an_infected_file_is_refused_and_named(scanner, caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(Infected, match="Eicar-Signature"):
        examine(ContentFile(samples.EICAR), "notes.txt")
    assert "Eicar-Signature" in caplog.text


def test_an_infected_attachment_of_an_e_mail_is_refused(scanner):
    with pytest.raises(Infected):
        examine(ContentFile(samples.MAIL + samples.EICAR), "Joe.eml")


def test_a_scanner_that_has_had_enough_means_no(scanner):
    scanner.limit = 100
    with pytest.raises(ScannerAway, match="none is taken"):
        scan(ContentFile(b"words" * 100))


def test_a_scanner_that_is_away_means_no(settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(ScannerAway, match="none is taken"):
            examine(ContentFile(samples.pdf()), "a.pdf")


def test_a_scanner_behind_a_socket_file_that_is_not_there_means_no(settings, tmp_path):
    settings.CLAMD_URL = f"unix://{tmp_path}/clamd.ctl"
    with pytest.raises(ScannerAway):
        scan(ContentFile(b"words"))


def test_a_scanner_that_hangs_up_means_no(settings):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        listening.settimeout(5)

        class HangsUp(ContentFile):
            def read(self, size=-1):
                listening.accept()[0].close()
                return b""

        with pytest.raises(ScannerAway):
            scan(HangsUp(b"words"))
