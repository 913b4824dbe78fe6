"""The blueprint with all its views."""

from lotproof_web.log import entries, keys
from lotproof_web.log.files import log_files

__all__ = ["entries", "keys", "log_files"]
