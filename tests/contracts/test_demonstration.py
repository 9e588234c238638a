"""The means of signing that the demonstration's load has, which proves nothing: outside a demonstration it is none."""
