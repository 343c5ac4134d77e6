"""All models, for Django's model discovery. Code imports them from their own packages."""

from support_management.analytics.models import DashboardDrift, SLAReport, SupportDashboard
from support_management.audit.models import RecordChangeLog, SupportActionLog
from support_management.calendars.models import BusinessCalendar, BusinessCalendarVersion
from support_management.core.models import Heartbeat, IdempotencyKey, NumberSequence
from support_management.disputes.models import Dispute, DisputeParticipation, DisputeResolutionLog, DisputeWeight
from support_management.escalations.models import EscalationLog
from support_management.events.models import DomainEvent, Epoch
from support_management.notifications.models import MailDuty, NoticePreference, SupportNotification
from support_management.order_management.models import HeldMessage, SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.money.models import MoneyEffect
from support_management.orders.shop.models import ShopEndpoint
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.models import (
    ApiToken,
    SupportAvailability,
    SupportProfile,
    SupportWorkloadTracker,
    User,
    Website,
)
from support_management.people.passwords.models import PasswordAttempt
from support_management.people.skills.models import SkillLevel, Specialization
from support_management.routing.models import AssignmentDecision, ReassignmentLog, SkillRule, WorkAttention
from support_management.search.models import DisputeEntry, OrderEntry, PersonEntry, TicketEntry
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAFollowUp, SLAPolicy, SLAPolicyVersion
from support_management.tickets.models import Tag, Ticket, TicketMessage, TicketParticipation, TicketType

__all__ = [
    "ApiToken",
    "AssignmentDecision",
    "AvailabilityInterval",
    "BusinessCalendar",
    "BusinessCalendarVersion",
    "DashboardDrift",
    "Dispute",
    "DisputeEntry",
    "DisputeParticipation",
    "DisputeResolutionLog",
    "DisputeWeight",
    "DomainEvent",
    "Epoch",
    "EscalationLog",
    "EscalationRule",
    "EscalationRun",
    "Heartbeat",
    "HeldMessage",
    "IdempotencyKey",
    "MailDuty",
    "MoneyEffect",
    "NoticePreference",
    "NumberSequence",
    "Order",
    "OrderDisputeSLA",
    "OrderEntry",
    "PasswordAttempt",
    "PaymentIssueLog",
    "PaymentIssueStep",
    "PersonEntry",
    "PlannedAbsence",
    "ReassignmentLog",
    "RecordChangeLog",
    "SLAEvent",
    "SLAFollowUp",
    "SLAPolicy",
    "SLAPolicyVersion",
    "SLAReport",
    "ShopEndpoint",
    "SkillLevel",
    "SkillRule",
    "Specialization",
    "SupportActionLog",
    "SupportAvailability",
    "SupportDashboard",
    "SupportNotification",
    "SupportOrderManagement",
    "SupportProfile",
    "SupportWorkloadTracker",
    "Tag",
    "Ticket",
    "TicketEntry",
    "TicketMessage",
    "TicketParticipation",
    "TicketType",
    "User",
    "Website",
    "WorkAttention",
]
