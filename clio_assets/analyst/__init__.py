"""The seam to a language model (protocol.py), and the two analysts behind it."""
