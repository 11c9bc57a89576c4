"""What detectors are made with: cues, randomness, ways of writing streets. No detector is here."""
