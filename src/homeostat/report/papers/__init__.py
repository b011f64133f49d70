"""The papers of a plan: clinician's page, patient's handout, pharmacy sheet, letter, calendar and
data.

Python gathers what a paper says (handout, pharmacy, …), a Typst template lays it out (templates/),
and every sentence with a number, a unit, a drug or a negation comes from one catalogue (wording/).
Import what is needed from its own module: `folder.write` writes all of them, and only it and what
    it needs loads the charts.
"""
