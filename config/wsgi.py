import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Every page's modules, now: the first visitor of each worker would wait for them, over a second.
import_module(settings.ROOT_URLCONF)
