"""Which records speak of one object: candidates, evidence, components."""
