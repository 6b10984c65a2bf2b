"""The application that servers load."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
application = get_wsgi_application()

# What is loaded now lives as long as the process. Set apart from what requests leave
# behind, it is not walked through each time that memory is tidied, which took up to a
# third of a page; and the processes that a server forks from this one share it.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
