"""The file that a person takes along: what they provided, under consent or contract (Art. 20)."""
