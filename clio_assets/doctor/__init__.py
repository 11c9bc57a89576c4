"""What `clio doctor` looks at: one function a check, listed in `examine.py`."""
