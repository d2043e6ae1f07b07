"""Notices: what persons were told and shown, by version and language (Art. 7(1), 12-14)."""
