"""All tables of the core: the one place that knows every floor's models, for migrations and their tests."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData

import lotproof
from lotproof.storage.base import Base

_NAMES = ("models", "tables")
"""Modules, or folders of modules, that hold tables are called so on every floor, or end so."""


def all_tables() -> MetaData:
    """Import every module of tables there is, and return what they define."""
    for module in pkgutil.walk_packages(lotproof.__path__, "lotproof."):
        if any(part.endswith(_NAMES) for part in module.name.split(".")):
            import_module(module.name)
    return Base.metadata
