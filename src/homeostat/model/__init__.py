"""What the body does: arrays in, arrays out, one compiled kernel."""
