"""People: their accounts, the organisations that they act for, what each may do, and who looked at what.

Nothing here is on the log: names, telephones and addresses can be erased. An act of a person is on the log as an act
of her organisation; which person it was stands in a part that can be erased too.
"""
