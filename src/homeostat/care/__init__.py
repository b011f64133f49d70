"""What we advise: cases, forecasts, and later plans."""
