"""Files from outside become records."""
