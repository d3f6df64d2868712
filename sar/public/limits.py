"""How often one connection may send a form of the public site, or guess at a passphrase."""

from core.limits import Limit

STEPS = Limit("steps", most=80, seconds=600)
# A school or a refuge shares one connection.
SENT = Limit("sent", most=10, seconds=3600)
SENT_BY_ALL = Limit("sent-by-all", most=200, seconds=3600)
# Whoever guesses passphrases; a wrong one is typed now and then.
COLLECTED = Limit("collected", most=10, seconds=600)
COLLECTED_BY_ALL = Limit("collected-by-all", most=200, seconds=600)
