"""The words of the domain: immutable values that clean, compare and print themselves."""
