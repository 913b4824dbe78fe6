"""Lotproof's web application: server-made pages that work without JavaScript.

Views load, call one service and render; what happened to a lot is told by the core, how it is said by
`words` and the templates.
"""
