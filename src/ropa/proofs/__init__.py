"""What proves a log to outsiders: checkpoints, proofs, tiles, time stamps, and its verification."""
