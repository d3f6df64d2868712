"""What a finished file says about itself: title, author, subject, language and moment.

Nothing about programs, machines or people at their desks.
"""

from datetime import datetime
from xml.sax.saxutils import escape

from pikepdf import Name, Pdf, String

XMP = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
{words}
<xmp:CreateDate>{at}</xmp:CreateDate>
<xmp:ModifyDate>{at}</xmp:ModifyDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""

# How each kind of word is wrapped (XMP specification, part 1, 8.3 and 8.4).
WRAPPED = {
    "title": '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>',
    "author": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "subject": (
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
        "</dc:description>"
    ),
    "language": "<dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>",
}


def describe(
    pdf: Pdf, *, title: str, at: datetime, language: str, author: str, subject: str
) -> None:
    """Write the title, author, subject and moment; nothing about programs or machines."""
    moment = at.strftime("%Y-%m-%dT%H:%M:%S") + zone(at)
    words = {"title": title, "author": author, "subject": subject, "language": language}
    wrapped = [WRAPPED[name].format(escape(word)) for name, word in words.items() if word]
    xmp = XMP.format(at=moment, words="\n".join(wrapped))
    stream = pdf.make_stream(xmp.encode())
    stream.Type = Name.Metadata
    stream.Subtype = Name.XML
    pdf.Root.Metadata = stream
    stamp = f"D:{at:%Y%m%d%H%M%S}{zone(at).replace(':', chr(39))}"
    for key, word in (("/Title", title), ("/Author", author), ("/Subject", subject)):
        if word:
            pdf.docinfo[key] = String(word)
    pdf.docinfo["/CreationDate"] = String(stamp)
    pdf.docinfo["/ModDate"] = String(stamp)


def zone(at: datetime) -> str:
    """Return the offset from UTC, as in +01:00; a moment without one is taken as UTC."""
    return at.strftime("%:z") or "+00:00"
