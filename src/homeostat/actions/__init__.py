"""Actions: one call for each job, for the command line, Python and any other caller; the checks are
inside.

An action takes what was read (a case, a plan, the facts), plain numbers and days, and returns a
frozen result. It prints nothing, reads no clock and asks nobody. It refuses what must not be
computed or written before it begins.

Modules: `read`, `assess`, `check`, `compare`, `plan`, `forecast`, `papers`, `export`, `dispense`.
What takes people is bounded by `care.memory`.
"""
