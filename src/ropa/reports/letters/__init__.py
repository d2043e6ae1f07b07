"""The letters that a data subject gets about a request (Art. 12)."""
