"""How fast and how right our engine is, beside others that can run the same model, on the machine
that asks.
"""
