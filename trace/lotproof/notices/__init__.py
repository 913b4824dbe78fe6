"""Notices: what people are told in the app, by mail and by text message, and the deadlines that they work to.

A notice and what leaves the house for it are written in the transaction of the act that they tell of. A worker sends
them afterwards, so that no act waits for a mail server, and none that failed is told.
"""
