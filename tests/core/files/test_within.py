"""What is within an e-mail as real programs build it: nothing that came with it is passed over."""

import base64
import io

import pytest
from PIL import Image

from core.files.within import DAMAGED, all_within
from core.files.words import decoded, mail_of

HEADS = """From: gp@surgery.example
To: us@x.example
Cc: Kevin Brown <kevin@x.example>
Date: Thu, 3 Sep 2026 10:00:00 +0100
Subject: Amelia
MIME-Version: 1.0
"""


def drawn(kind, size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format=kind)
    return out.getvalue()


def part(kind, content, *heads):
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *heads]
    content = content if isinstance(content, bytes) else content.encode()
    return "\n".join([*lines, "", base64.encodebytes(content).decode()])


def several(kind, *parts):
    mark = f"mark{abs(hash(parts))}"
    between = "".join(f"--{mark}\n{one}\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{between}--{mark}--\n'


def mail(body):
    return f"{HEADS}{body}".encode()


PLAIN = part("text/plain; charset=utf-8", "She is well.")
HTML = part("text/html; charset=utf-8", "<p>She is <b>well</b>.</p>")
REPORT = part("application/pdf; name=report.pdf", b"%PDF-1.7 x", "Content-Disposition: inline")
LOGO = part("image/png; name=image001.png", drawn("PNG"), "Content-ID: <1>")
SPECK = part("image/png; name=open.png", drawn("PNG", (1, 1)), "Content-ID: <2>")


def kinds(content):
    return [one.kind or one.cannot or one.text for one in all_within(content, "eml", "It")][1:]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # Outlook: a picture between the lines, beside a report that is attached.
        (
            several("mixed", several("related", several("alternative", PLAIN, HTML), LOGO), REPORT),
            ["pdf", "png"],
        ),
        # Gmail: the picture belongs to one of two forms of the text.
        (several("alternative", PLAIN, several("related", HTML, LOGO, SPECK)), ["png"]),
        # Apple Mail: the report stands within one of two forms, and words come after it.
        (
            several(
                "alternative",
                PLAIN,
                several("mixed", HTML, REPORT, part("text/html", "<p>Ring me first</p>")),
            ),
            ["pdf", "Ring me first"],
        ),
        # A signed letter, and what a mailing list puts below one.
        (
            several(
                "signed", several("mixed", PLAIN, REPORT), part("application/x-sig", b"\x00\x01")
            ),
            ["pdf", "It is a kind of file that cannot be shown as pages."],
        ),
        (
            several("mixed", several("mixed", PLAIN, REPORT), part("text/plain", "The list")),
            ["pdf", "The list"],
        ),
        # A scanner that sends the report and no words.
        (REPORT, ["pdf"]),
        # Two forms that do not say the same.
        (
            several("alternative", PLAIN, part("text/html", "<p>Not well</p>")),
            ["Not well"],
        ),
        # The same picture twice is shown once.
        (
            several("mixed", several("related", several("alternative", PLAIN, HTML), LOGO, LOGO)),
            ["png", "This is the very same file as Attachment 1 of It. It is shown there."],
        ),
        # Pictures that telephones and old programs send.
        (
            several(
                "mixed", PLAIN, part("image/gif", drawn("GIF")), part("image/webp", drawn("WEBP"))
            ),
            ["gif", "webp"],
        ),
        # Words in the letters that the part says they are written in.
        (
            several("mixed", PLAIN, part("text/plain; charset=utf-16", "Hello".encode("utf-16"))),
            ["Hello"],
        ),
        (
            several("mixed", PLAIN, part("text/plain; charset=iso-8859-2", b"\xb3\xf3d\xbc")),
            ["łódź"],
        ),
        # An attachment of which nothing can be taken out.
        (
            several(
                "mixed",
                PLAIN,
                "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n!!!!",
            ),
            [DAMAGED],
        ),
    ],
)
def test_everything_that_came_with_an_e_mail_is_shown_or_said(body, expected):
    assert kinds(mail(body)) == expected


def test_what_stands_between_the_lines_changes_the_number_of_no_other_page():
    inner = mail(several("alternative", PLAIN, several("related", HTML, LOGO))).decode()
    content = mail(several("mixed", PLAIN, f"Content-Type: message/rfc822\n\n{inner}", REPORT))
    shown = list(all_within(content, "eml", "It"))
    assert [one.kind for one in shown] == ["", "", "pdf", "png"]
    assert shown[3].title == "Attachment 1 of Attachment 1 of It"


def test_what_a_mail_server_says_of_an_e_mail_that_came_back_is_said_whole():
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: failed\n"
    (said,) = kinds(mail(several("report", PLAIN, status)))
    assert "Reporting-MTA" in said
    assert "Action: failed" in said


def test_whoever_got_a_copy_is_named_and_a_long_e_mail_is_not_cut():
    long = mail(part("text/plain; charset=utf-8", "word " * 50_000 + "The end."))
    (shown,) = all_within(long, "eml", "It")
    assert shown.text.rstrip().endswith("The end.")
    assert "Copy to: Kevin Brown <kevin@x.example>" in shown.text
    assert "The end." not in mail_of(long).text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Ünicode".encode("utf-16"), "Ünicode"),
        (b"\xfe\xff" + "Ünicode".encode("utf-16-be"), "Ünicode"),
        (b"\xff\xfe\x00", None),
        (b"\xff\xfe\x01\x00", None),
        ("Ünicode".encode("cp1252"), "Ünicode"),
    ],
)
def test_text_is_read_in_the_letters_that_windows_writes(content, expected):
    assert decoded(content) == expected
