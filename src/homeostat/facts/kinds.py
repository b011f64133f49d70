"""The kinds of facts: the word for each, and the property of `Facts` that holds its records."""

KINDS = {
    "source": "sources",
    "drug": "drugs",
    "product": "products",
    "supply-rule": "supply_rules",
    "equivalence": "equivalence_tables",
    "route": "routes",
    "interaction": "interactions",
    "symptom": "symptoms",
    "system": "systems",
    "mechanism": "mechanisms",
    "phase": "phases",
    "flag": "flags",
    "help-line": "help_lines",
    "risk": "risks",
    "remedy": "remedies",
    "scale": "scales",
    "pace": "pace_rules",
    "pace-tier": "pace_tiers",
    "ceiling": "ceilings",
    "recommendation": "recommendations",
    "dose-band": "dose_bands",
    "choice": "choices",
    "parameter": "parameters",
    "limit": "limits",
    "medicine-class": "medicine_classes",
    "group": "groups",
    "condition-word": "condition_words",
    "free-text": "free_texts",
    "study": "studies",
    "claim": "claims",
}

TABLES = {"guidance.toml": {"recommendation", "pace", "ceiling", "dose_band"}}
"""Files that hold more than one kind of table; every other holds one."""
