"""Processing activities: what personal data is handled for (Art. 30(1)(b)-(f))."""
