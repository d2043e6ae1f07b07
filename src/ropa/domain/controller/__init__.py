"""The controller: who is responsible for the processing (Art. 4(7))."""
