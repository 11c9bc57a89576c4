"""The record of a window's verdicts: every gate, every partition behind it, in one document."""
