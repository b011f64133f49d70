"""Many at once: what the product answers to each claim, and what it predicts for each published
study.
"""
