"""Engine: all compiled code. The typed doors are `kernel`, `reference` and `model.walk`."""
