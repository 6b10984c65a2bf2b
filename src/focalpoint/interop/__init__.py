"""Other people's formats: read, map, write."""
