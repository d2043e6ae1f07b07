"""The papers of the register as data: what stands in a document, and the events behind it."""
