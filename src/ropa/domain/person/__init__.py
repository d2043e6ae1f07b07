"""Persons: the data subjects, what is processed for them and on which basis (Art. 4(1))."""
