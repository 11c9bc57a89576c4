"""A home in one file, and a home made of one: nothing that was erased since comes back."""
