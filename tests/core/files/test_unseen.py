"""What a Word or OpenDocument file holds that none of its pages shows is counted."""

import io
import zipfile

import pytest

from core.files.unseen import unseen_in


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, words in members.items():
            written.writestr(name.replace("__", "/").replace("_xml", ".xml"), words)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"no archive", ()),
        (archive(word__document_xml="<w:p><w:t>All is seen</w:t></w:p>"), ()),
        (
            archive(
                word__document_xml='<w:rPr><w:vanish/></w:rPr><w:del w:id="1"></w:del><w:delText>x</w:delText>',
                word__comments_xml='<w:comments><w:comment w:id="0"/><w:comment w:id="1"/></w:comments>',
                word__embeddings__sheet_xml="x",
            ),
            (
                (1, "deleted passage"),
                (1, "hidden passage"),
                (2, "comment"),
                (1, "embedded file"),
            ),
        ),
        (
            archive(
                content_xml='<office:annotation dc:x="1"/><text:deletion><table:table table:display="false">'
            ),
            ((1, "comment"), (1, "deleted passage"), (1, "hidden sheet")),
        ),
        (
            archive(
                word__footnotes_xml='<w:footnote><w:del w:id="1"><w:delText>x</w:delText></w:del></w:footnote>'
            ),
            ((1, "deleted passage"),),
        ),
        (
            archive(
                content_xml='<table:table table:print-ranges="A.A1:A.A1"><table:table-column table:visibility="collapse"/>'
                '<table:table-row table:visibility="filter"/><table:table-row table:visibility="visible"/>'
                '</table:table><table:table table:print="false"/>'
            ),
            ((1, "hidden row"), (1, "hidden column"), (2, "partly printed sheet")),
        ),
        (archive(content_xml='<a presentation:visibility="hidden"/>'), ((1, "hidden slide"),)),
    ],
)
def test_what_stands_on_no_page_is_counted(content, expected):
    assert unseen_in(content, "odt") == expected
