"""Suppliers: how somebody comes to be qualified. Applications, their review, notes, and what ends soon.

Nothing here is on the log but what was decided: see `parties.deciding`. All of it can be erased.
"""
