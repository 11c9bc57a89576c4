"""How records come out of the kinds of file, one module each."""
