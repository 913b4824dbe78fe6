"""Organisations, their keys, places and products: the master data that guards and balances read."""
