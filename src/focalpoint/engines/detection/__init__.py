"""What is new, what is rising, where, and how sure."""
