"""The way in for the web server: `gunicorn parenting2000.wsgi:application`.

Nothing is made up here: a secret that is missing stops the start with a sentence, and so does a database
whose rules are switched off or whose log has not said that it was restored.
"""

import os

from django.core.wsgi import get_wsgi_application

from parenting2000.environment import read_env_file
from parenting2000.serving import refuse_to_serve_unguarded

read_env_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parenting2000.settings")
application = get_wsgi_application()
refuse_to_serve_unguarded()
