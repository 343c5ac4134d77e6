"""Conditions on work: one engine for SLA policies, escalation rules and skill rules."""
