"""People, units, roles, and the one gate to records."""
