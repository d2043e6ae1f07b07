"""ropa: the register of the personal data that a company handles, kept as an event log."""
