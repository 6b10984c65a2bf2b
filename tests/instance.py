"""Give the tests an instance of their own, before Django reads its settings."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="focalpoint-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["FOCALPOINT_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "focalpoint.settings"
os.environ["FOCALPOINT_SECRET_KEY"] = "only-for-tests"
for name in ("FOCALPOINT_NAME", "FOCALPOINT_HOSTS", "FOCALPOINT_HTTPS"):
    os.environ.pop(name, None)
