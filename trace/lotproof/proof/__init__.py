"""What an auditor needs and nothing else: canonical form, entry, Merkle tree, tiles, signed notes, keys,
bundles and the verifier. Runs on the standard library, cryptography and rfc8785; reads no file, no clock and
no network by itself, and shares no code with the storage that it checks.
"""
