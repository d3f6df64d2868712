"""The charity's own long texts: Markdown as it is typed, and safe HTML as it is read."""

from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown

# What a notice is made of, and the classes by which it looks like every other page.
LOOKS = {
    "h2": {"class": "govuk-heading-l"},
    "h3": {"class": "govuk-heading-m"},
    "p": {"class": "govuk-body"},
    "ul": {"class": "govuk-list govuk-list--bullet"},
    "ol": {"class": "govuk-list govuk-list--number"},
    "a": {"class": "govuk-link"},
    "table": {"class": "govuk-table"},
    "tr": {"class": "govuk-table__row"},
    "th": {"class": "govuk-table__header", "scope": "col"},
    "td": {"class": "govuk-table__cell"},
}
PLAIN = {"li", "strong", "em", "br", "hr", "thead", "tbody", "blockquote"}
# As the tables of every page: on a telephone it moves sideways by itself, not the page.
TABLE = '<table class="govuk-table">'
IN_ITS_PLACE = f'<div class="app-table" data-table>{TABLE}'
SCHEMES = {"https", "mailto", "tel"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text, to be jumped to."""

    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text to be read, and its chief headings."""

    html: SafeString
    headings: tuple[Heading, ...]


def rendered(text: str) -> Rendered:
    """The Markdown in `text` as HTML that holds nothing but words, headings, lists, tables and links.

    A first heading (#) is the second of the page, which has its own title. Whatever else is typed,
    scripts and pictures of others included, is left out: no page of ours fetches from elsewhere.
    """
    made = Markdown(
        extensions=["tables", "sane_lists", "toc"],
        extension_configs={"toc": {"baselevel": 2}},
        output_format="html",
    )
    html = nh3.clean(
        made.convert(text),
        tags={*LOOKS, *PLAIN},
        attributes={"a": {"href"}, "h2": {"id"}, "h3": {"id"}},
        url_schemes=SCHEMES,
        set_tag_attribute_values=LOOKS,
    )
    html = html.replace(TABLE, IN_ITS_PLACE).replace("</table>", "</table></div>")
    tokens = getattr(made, "toc_tokens", [])
    headings = tuple(Heading(token["id"], token["name"]) for token in tokens)
    return Rendered(html=mark_safe(html), headings=headings)  # noqa: S308  # cleaned just above
