"""Papers that people hand in: received, checked, cleaned, kept, looked at by those who may, and removed again.

- Nobody is ever given the bytes that somebody sent: they lie in quarantine, and what is shown was written anew.
- A hostile file is opened by a process of its own, with little memory, little time and no network.
- Bytes never stand on the log; when a paper takes part in a decision, its digests do.
"""
