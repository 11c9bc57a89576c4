"""Synthetic conversations with known truth, to try and to measure the platform with."""
