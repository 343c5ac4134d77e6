"""Which work a rule is about: one engine for SLA policies, escalation rules and skill rules."""
