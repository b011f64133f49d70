"""What one plan file may hold at most, so that no plan takes hours or fills the memory: limits of
the program, not of care.

They lie well beyond what anybody follows. What is too much for a person is for the check to say.
"""

DAYS_A_YEAR = 365.25
LONGEST_YEARS = 12
"""Years between a plan's first day and any other day on which something is taken, handed out or
changed.
"""
LONGEST_D = int(LONGEST_YEARS * DAYS_A_YEAR)
MOST_STEPS = 1000
"""Steps of a plan: a change on every day for two years and three quarters."""
MOST_STEPS_AT_ONCE = 24
"""Steps that hold on one day, all of whose doses would be taken."""
MOST_DRUGS = 8
MOST_DOSES_A_STEP = 24
MOST_ITEMS_A_DOSE = 12
MOST_DOSES, MOST_ITEMS = 4000, 8000
"""Doses and items of all steps together."""
MOST_SUPPLIES, MOST_ITEMS_A_SUPPLY = 500, 40
MOST_VISITS, MOST_MEDICINES, MOST_SWITCHES = 500, 100, 20
MOST_RULES, MOST_OVERRIDES, MOST_REASONS = 50, 100, 50
MOST_SETTINGS, MOST_RECORDS = 50, 2000
MOST_REFILLS = 99
SMALLEST_AMOUNT, LARGEST_AMOUNT = 0.001, 10_000.0
"""Tablets or millilitres of one item."""
LARGEST_SETTING = 1e9
LARGEST_SEED = 10**15
