"""Breaches of personal data, and what was done about them (Art. 33-34)."""
