"""The harmonised data set."""
