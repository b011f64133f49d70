"""How people write quantities, numbers and dates, in each language."""
