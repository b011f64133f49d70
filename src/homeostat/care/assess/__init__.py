"""Assess: what is likely for this person, why, where it should happen, and what must still be
asked.
"""
