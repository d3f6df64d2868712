"""Whether the pages answer: asked by the demo while it starts, and by the container every half minute.

`python -m parenting2000.health` exits with 0 if they do.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def answers(*, port: int, host: str = "localhost", within: float = 5) -> bool:
    """Whether the first page of the server on this machine arrives `within` so many seconds.

    `host` is the name to ask for, which must be one of ALLOWED_HOSTS.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
    try:
        # As one of our own proxies would ask, so that the page comes and not a redirection to https; it is
        # no visit and is not counted as one.
        headers = {"Host": host, "X-Forwarded-Proto": "https", "DNT": "1"}
        connection.request("GET", "/", headers=headers)
        return connection.getresponse().status < http.client.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    site = urlsplit(os.environ.get("SITE_URL", "http://localhost:8000"))
    sys.exit(not answers(port=8000, host=site.netloc))
