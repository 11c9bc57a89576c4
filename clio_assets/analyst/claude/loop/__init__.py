"""The event loop of all calls, in a thread of its own, and iterators between it and callers."""
