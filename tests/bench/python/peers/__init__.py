"""The clients, each used as its documentation advises for speed.

`client(url, concurrency)` is a context that gives a function which sends one question and comes to
the answer as an object with types. A module is imported only when it is measured.
"""
