"""A made-up region with known truth, from one seed."""
