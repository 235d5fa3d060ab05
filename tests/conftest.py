"""Settings of all tests."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("captionkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("captionkit")

# Under nohup, or in the background of a script, programs start with Ctrl-C ignored; those that are tested must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)
