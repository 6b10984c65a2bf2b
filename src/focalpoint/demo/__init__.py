"""The simulated region, loaded through the doors that real data use."""
