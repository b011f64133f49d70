"""Dispensing: doses made exactly of real products, and what each prescription hands out."""
