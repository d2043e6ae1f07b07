"""Disposal: what is due when and what stands in its way, the plan of it, and its certificate."""
