"""SBML: one person's whole model as a document that other simulators can run.

Systems Biology Markup Language, Level 3 Version 2: kinetics as reactions of species, adaptation and
what follows as rate rules, tone and severity as assignment rules, doses and changes of clearance as
events. Kinetics are written from clearances and volumes, not from the matrices that the kernels
use, so that the two can disagree.

No formula uses `piecewise`, because a solver that looks for the roots of a condition can chatter at
a kink. Instead max(x, 0) = (x + |x|)/2 and min(x, y) = (x + y − |x − y|)/2.
"""

from homeostat.exchange.sbml.model import sbml

__all__ = ["sbml"]
