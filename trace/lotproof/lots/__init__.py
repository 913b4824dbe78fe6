"""Lots: what may happen to them, what did happen, and what that says about quantity, origin and safety."""
