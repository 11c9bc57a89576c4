"""The Claude analyst: the paper's questions over the Messages API, on the official SDK.

From the top: analyst.py asks `verbs`; `sending` answers their questions, from the `store` or by
live calls, or has `batches` send them; `money` keeps the account. `database` is the one file below
store, money and batches, `loop` the one event loop of all calls. exchange.py is what passes between
the rooms, build.py puts them together.
"""
