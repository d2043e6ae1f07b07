"""Folds for reading: what the log comes to, row by row. No row holds a personal value."""
