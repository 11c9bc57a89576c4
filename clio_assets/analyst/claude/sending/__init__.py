"""From questions to answers: whom to ask, and live calls with their limits and failures."""
