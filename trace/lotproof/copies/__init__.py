"""Copies of an instance: exports, mirrors, backups and what becomes of them."""
