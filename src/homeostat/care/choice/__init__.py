"""Choice: the ways from a case to a goal side by side, the best trades among them, and a shortlist
with reasons.
"""
