"""Retention and erasure: what leaves the private zone for good, and what remembers that it did."""
