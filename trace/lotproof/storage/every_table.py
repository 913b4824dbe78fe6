"""All tables of the core. A copy must leave none out, whichever floor it stands on and whoever adds it."""

import pkgutil
from functools import lru_cache
from importlib import import_module

from sqlalchemy import MetaData

import lotproof
from lotproof.storage.base import Base

_NAMES = ("models", "tables")
"""Modules, or folders of modules, that hold tables are called so on every floor, or end so."""


@lru_cache(maxsize=1)
def every_table() -> MetaData:
    """Import every module of tables there is, and return what they define."""
    for module in pkgutil.walk_packages(lotproof.__path__, "lotproof."):
        if any(part.endswith(_NAMES) for part in module.name.split(".")):
            import_module(module.name)
    return Base.metadata
