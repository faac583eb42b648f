"""How this project runs Rasa as a library; the package imports it before anything of Rasa.

Rasa reports usage to its makers, logs in colours at debug level and looks up TensorFlow under one
name only, unless told otherwise.
"""

from __future__ import annotations

import logging
import os
import warnings

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SANIC_HOST", "127.0.0.1")
# Our own build decides what changed; Rasa's cache would be a second truth.
os.environ.setdefault("RASA_MAX_CACHE_SIZE", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

# Sanic puts a warning filter of its own in front when it is imported: let it come before ours.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sanic.app  # noqa: F401
    import structlog

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
for _noisy in ("rasa", "rasa_sdk", "matplotlib", "tensorflow", "asyncio"):
    logging.getLogger(_noisy).setLevel(logging.ERROR)

# Warnings of Rasa's old dependencies, which nobody here can mend.
for _module in ("rasa", "sanic", "tensorflow", "google", "pkg_resources", "aiohttp", "sklearn"):
    warnings.filterwarnings("ignore", module=rf"{_module}(\.|$)")
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
warnings.filterwarnings("ignore", category=DeprecationWarning)
