"""The privacy notice (Art. 13 and 14), made from the register."""
