"""What machines suggest, and what people make of it."""
