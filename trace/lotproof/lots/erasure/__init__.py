"""Erasure: what would go, its refusals, the act, its replay after a restore, and retention per kind of data."""
