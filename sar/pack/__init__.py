"""The pack that answers an access request: gathered, redacted, written as pages, printed.

words    one value of one row in plain words
gather   every declared model, all rows about the person; fails closed
redact   the disclosed copy: what is withheld never reaches a page
pages    the disclosed copy as HTML
build    the pages as one tagged PDF, in two editions
"""
