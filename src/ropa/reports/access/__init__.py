"""One person's access report (Art. 15)."""
