"""What a run would ask of a model and what that would cost, before anything is sent."""
