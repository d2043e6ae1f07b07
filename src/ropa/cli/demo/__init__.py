"""The demo: an invented year of an invented shop's customers."""
