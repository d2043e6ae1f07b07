"""One package for each noun with a history: its events, its decider, its examples."""
