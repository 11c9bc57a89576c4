"""The SQLite file that answers, batches and money share, and the processes that use it."""
