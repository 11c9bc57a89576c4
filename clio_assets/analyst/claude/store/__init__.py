"""The answer store: every reply by the digest of its request, and what an erasure deletes."""
