"""Numbers and judgements of likelihood; engines do not know one another."""
