"""Write a document anew without anything that could do harm: a program that runs once for each document.

`python -m lotproof.documents.cleaning IN OUT` reads the file IN and writes into the folder OUT: `outcome.json`,
`clean`, and `page-1`, `page-2`, …. It may do so in little memory, little time and without a network (`confine`), and
whatever it writes is checked by who started it (`cleaner`).
"""
