"""Which records speak of one object: suggestions, at once and every night."""
