"""What is noted of a visit to a public page, and what is left out so that it is about nobody. Pure functions.

The address loses its end, the browser and the system are named by family only, the page where somebody came
from loses whatever stands after it (features.md S24; docs/adr/0034).
"""

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST = 200  # characters of a page

BROWSERS = (
    ("Edge", r"\bEdg"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bChrome/|\bCriOS/|\bChromium/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPhone or iPad", r"\biPhone\b|\biPad\b|\biPod\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b|\bMac OS X\b"),
    ("Chromebook", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
OTHER = "Other"
PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|scan|check|fetch|feed|curl|wget|python|java/|go-http|"
    r"okhttp|httpclient|headless|lighthouse|facebookexternalhit|https?://",
    re.IGNORECASE,
)


def shortened(address: str | None) -> str:
    """The network that an address lies in: 256 neighbours (/24), or those of one line (/48); "" if unknown."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    length = 24 if known.version == 4 else 48  # of the two kinds of addresses there are
    return str(ipaddress.ip_network((known, length), strict=False))


def browser_of(agent: str) -> str:
    """The family of a browser, without its version."""
    return next((name for name, marks in BROWSERS if re.search(marks, agent)), OTHER)


def system_of(agent: str) -> str:
    """The family of a system, without its version."""
    return next((name for name, marks in SYSTEMS if re.search(marks, agent)), OTHER)


def is_program(agent: str) -> bool:
    """Whether a program reads the page and not a person: it says so, or says nothing."""
    return not agent.strip() or PROGRAMS.search(agent) is not None


def came_from(referrer: str, *, here: str) -> str:
    """The page that led here, without its query: of this site (`here`) the path; "" for what is no page."""
    try:
        parts = urlsplit(referrer)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    if parts.netloc == here:
        return parts.path[:LONGEST]
    return f"{parts.scheme}://{host}{parts.path}".replace("\0", "")[:LONGEST]
