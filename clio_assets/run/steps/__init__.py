"""What Dagster runs: the landing of sources, and one step a cadence."""
