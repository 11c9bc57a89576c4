"""Message Batches: the sender, its journal, and the calls of the batches API."""
