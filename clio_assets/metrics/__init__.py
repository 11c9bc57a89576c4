"""Numbers about a home for a monitoring system."""
