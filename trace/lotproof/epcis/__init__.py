"""EPCIS 2.0 as values: the CBV vocabulary, a read-only view of an event, and the CBV 2.0 event hash.

Pure and offline: a JSON-LD context is never fetched.
"""
