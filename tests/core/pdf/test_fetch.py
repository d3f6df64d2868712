"""Nothing is fetched: not from the network, not from the disk, not from the document itself.

A real server counts who calls; a real file holds a secret. Each way that HTML, CSS or SVG knows of
asking for something is tried as real HTML, as if escaping had failed (issue A, "Refused").
"""

import base64
import io
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pikepdf import Name, Pdf, Stream
from PIL import Image

from core.pdf.fetch import Assets, Refusal
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk, ChunkFailed, Part
from core.pdf.press import Press
from core.pdf.text import text_of
from tests.core.pdf.documents import AT, everything_in, page

SECRET = "the-planted-secret-8c1f"


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, format="PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def calls() -> list[str]:
    return []


@pytest.fixture(scope="module")
def server(calls: list[str]) -> Iterator[str]:
    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(png())

        do_HEAD = do_POST = do_OPTIONS = do_GET  # noqa: N815 the names that http.server calls

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("server") / "secret.txt"
    path.write_text(SECRET)
    return path


# {url} becomes each address in turn.
WAYS = {
    "img": '<img alt="x" src="{url}">',
    "srcset": '<img alt="x" srcset="{url} 2x" src="{url}">',
    "picture": '<picture><source srcset="{url}"><img alt="x" src="{url}"></picture>',
    "object": '<object data="{url}"></object>',
    "object-svg": '<object data="{url}" type="image/svg+xml"></object>',
    "embed": '<embed src="{url}">',
    "iframe": '<iframe src="{url}"></iframe>',
    "video": '<video src="{url}" poster="{url}"></video>',
    "input": '<input type="image" src="{url}">',
    "style-attribute": "<p style=\"background: url('{url}')\">x</p>",
    "style-element": "<style>p {{ background-image: url({url}) }}</style><p>x</p>",
    "import": '<style>@import "{url}";</style>',
    "import-url": "<style>@import url({url}) print;</style>",
    "list-marker": "<ul style=\"list-style-image: url('{url}')\"><li>x</li></ul>",
    "border-image": "<p style=\"border: 3px solid; border-image: url('{url}') 3\">x</p>",
    "content": "<style>p::before {{ content: url({url}) }}</style><p>x</p>",
    "cursor": "<p style=\"cursor: url('{url}'), auto; mask-image: url('{url}')\">x</p>",
    "page-box": "<style>@page {{ background: url({url}) }}</style>",
    "font-face": (
        "<style>@font-face {{ font-family: Away; src: url({url}) }} p {{ font-family: Away }}"
        "</style><p>x</p>"
    ),
    "stylesheet": '<link rel="stylesheet" href="{url}">',
    "stylesheet-icon": '<link rel="icon preload stylesheet" as="style" href="{url}">',
    "attachment-link": '<link rel="attachment" href="{url}" title="x">',
    "attachment-anchor": '<a rel="attachment" href="{url}">x</a>',
    "svg-image": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "svg-xlink": (
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        '<image xlink:href="{url}" width="9" height="9"/></svg>'
    ),
    "svg-use": '<svg width="9" height="9"><use href="{url}#a"/></svg>',
    "svg-fill": '<svg width="9" height="9"><rect width="9" height="9" fill="url({url}#a)"/></svg>',
    "svg-style": '<svg width="9" height="9"><style>@import "{url}";</style></svg>',
    "svg-font": (
        '<svg width="9" height="9"><style>@font-face {{ font-family: Away; src: url({url}) }} '
        "text {{ font-family: Away }}</style><text y='9'>x</text></svg>"
    ),
    "svg-foreign": '<svg><foreignObject><img alt="x" src="{url}"/></foreignObject></svg>',
    "meta-refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "script": '<script src="{url}"></script><script>fetch("{url}")</script>',
    "base": '<base href="{url}/"><img alt="x" src="below.png"><link rel=attachment href="b.txt">',
}


@pytest.fixture(scope="module")
def printed(shared_press: Press, server: str, secret: Path) -> list[Part]:
    """Every way with every address, one chunk each."""
    bare = server.removeprefix("http:")
    addresses = {
        "http": f"{server}/http",
        "upper": f"HTTP:{bare}/upper",
        "https": f"https:{bare}/https",
        "ftp": f"ftp:{bare}/ftp",
        "file": secret.as_uri(),
        "file-host": f"file://localhost{secret}",
        "path": str(secret),
        "blank": f" {server}/blank",
    }
    return shared_press.render(
        [
            Chunk(f"{way}.{kind}", page(f"{html.format(url=url)}<p>still here</p>"))
            for way, html in WAYS.items()
            for kind, url in addresses.items()
        ]
    )


def test_the_server_would_have_noticed(server: str, calls: list[str]) -> None:
    urllib.request.urlopen(f"{server}/control").read()  # noqa: S310 our own server
    assert calls.pop() == "/control"


def test_nobody_is_called(printed: list[Part], calls: list[str]) -> None:
    assert len(printed) == len(WAYS) * 8
    assert calls == []


def test_the_text_is_printed_all_the_same(printed: list[Part]) -> None:
    for part in printed:
        assert "still here" in " ".join(text_of(part.pdf)), part.key


def test_no_file_is_read_and_none_is_carried(printed: list[Part]) -> None:
    for part in printed:
        content = everything_in(part.pdf)
        assert SECRET.encode() not in content, part.key
        for word in (b"/EmbeddedFile", b"/Filespec", b"/FileAttachment"):
            assert word not in content, (part.key, word)


def test_no_picture_got_in(printed: list[Part]) -> None:
    for part in printed:
        with Pdf.open(io.BytesIO(part.pdf)) as pdf:
            pictures = [
                thing
                for thing in pdf.objects
                if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image
            ]
        assert pictures == [], part.key


def test_what_was_refused_is_told(printed: list[Part], server: str) -> None:
    by_key = {part.key: part for part in printed}
    assert by_key["img.http"].refused == (f"{server}/http",)
    told = {key.partition(".")[0] for key, part in by_key.items() if part.refused}
    # These ask for nothing at all in WeasyPrint; the rest must have been stopped by us.
    silent = {"iframe", "video", "input", "cursor", "svg-use", "svg-fill", "svg-style"}
    silent |= {"svg-foreign", "meta-refresh", "script", "attachment-link", "attachment-anchor"}
    assert WAYS.keys() - told <= silent


def test_a_colour_profile_stops_the_chunk(
    shared_press: Press, server: str, calls: list[str]
) -> None:
    """The one thing that WeasyPrint does not go on without; nothing is fetched for it either."""
    html = page("x", head=f"<style>@color-profile --x {{ src: url({server}/profile) }}</style>")
    with pytest.raises(ChunkFailed, match="URLFetchingError"):
        shared_press.render([Chunk("profile", html)])
    assert calls == []


def test_an_address_within_the_document_is_no_way_in(shared_press: Press) -> None:
    data = base64.b64encode(png()).decode()
    svg = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>').decode()
    html = (
        f'<img alt="x" src="data:image/png;base64,{data}">'
        f'<img alt="x" src="data:image/svg+xml;base64,{svg}">'
        f'<link rel="stylesheet" href="data:text/css,p%7Bdisplay:none%7D">'
        f'<link rel="attachment" href="data:text/plain,{SECRET}">'
        f'<a rel="attachment" href="data:text/plain,{SECRET}">x</a><p>still here</p>'
    )
    (part,) = shared_press.render([Chunk("data", page(html))])
    assert "still here" in text_of(part.pdf)[0]
    content = everything_in(part.pdf)
    assert b"/Image" not in content
    assert b"EmbeddedFile" not in content
    assert len(part.refused) >= 3


def test_a_font_by_its_name_is_not_read_from_the_disk(shared_press: Press) -> None:
    head = (
        '<style>@font-face { font-family: Away; src: local("DejaVu Serif") } '
        "p { font-family: Away, 'DejaVu Sans' }</style>"
    )
    (part,) = shared_press.render([Chunk("local", page("<p>words</p>", head=head))])
    assert b"Serif" not in everything_in(part.pdf)
    assert all(address.startswith("file:") for address in part.refused)


def test_a_picture_that_was_handed_over_is_shown(shared_press: Press) -> None:
    chunk = Chunk(
        "picture",
        page('<p><img alt="A red square" src="asset:scan-1"></p><p>words</p>'),
        pictures={"scan-1": png()},
    )
    again = Chunk("none", page('<img alt="x" src="asset:scan-1">'))
    part, none = (shared_press.render([one])[0] for one in (chunk, again))
    assert part.refused == ()
    assert b"/Subtype /Image" in everything_in(part.pdf)
    # It belongs to its chunk alone.
    assert none.refused == ("asset:scan-1",)
    assert b"/Subtype /Image" not in everything_in(none.pdf)


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"GIF89a", b""]
)
def test_only_png_and_jpeg_are_pictures(content: bytes) -> None:
    assets = Assets({})
    assets.hand_over({"it": content})
    with pytest.raises(Refusal):
        assets.fetch("asset:it")
    assert assets.refused == ["asset:it"]


def test_every_way_into_the_fetcher_is_closed(secret: Path) -> None:
    assets = Assets({"fonts/known.ttf": secret})
    for way in (assets, assets.fetch, assets.open):
        with pytest.raises(Refusal):
            way(secret.as_uri())
        with pytest.raises(Refusal):
            way("asset:fonts/../secret.txt")
        with pytest.raises(Refusal):
            way("data:text/plain,x")
    with pytest.raises(Refusal):
        assets.open(urllib.request.Request(secret.as_uri()))  # noqa: S310 it is refused
    assert assets.fetch("asset:fonts/known.ttf").read().decode() == SECRET


def test_a_merged_pack_carries_nothing_either(printed: list[Part]) -> None:
    pdf = merge(printed, title="Everything at once", at=AT)
    content = everything_in(to_bytes(pdf))
    assert SECRET.encode() not in content
    assert b"EmbeddedFile" not in content
