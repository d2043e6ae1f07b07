"""What every part of ropa speaks: facts, recorded events, deciders, categories, problems."""
