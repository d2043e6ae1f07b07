"""Staff: who may see what, and since when (Art. 32(4))."""
