"""Requests of data subjects, from receipt to answer (Art. 12, 15-22, 7(3))."""
