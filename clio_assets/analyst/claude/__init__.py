"""The Claude analyst: the paper's questions over the Messages API, on the official SDK."""
