"""The blueprint with all its views."""

from lotproof_web.log import disclosures, entries, keys
from lotproof_web.log.files import log_files

__all__ = ["disclosures", "entries", "keys", "log_files"]
