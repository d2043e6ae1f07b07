"""What goes into each bundle as it stands: the guide, and the recipes that need no ropa."""
