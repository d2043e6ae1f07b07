"""Recipients: to whom personal data is disclosed (Art. 4(9), 30(1)(d)-(e))."""
