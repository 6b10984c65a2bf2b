"""Pages, and the commands of the operator."""
