"""The worker: the face of the core that a program sees, at the other end of a pipe.

`serve` answers requests; `frames` and `requests` read them, `desk` keeps account of them, `outbox`
writes, and `engine` does the work. `docs/protocol.md` says what is said.
"""
