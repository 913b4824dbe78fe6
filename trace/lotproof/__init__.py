"""Lotproof's core: the ledger of what happened to every lot, and the rules that stand on it."""

__version__ = "0.1.0"
