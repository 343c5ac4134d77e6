"""People, websites, and the profile, availability and workload of agents."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from support_management.core.domain_names import require_domain
from support_management.core.labels import no_comma
from support_management.core.time import now, require_zone
from support_management.events.live_models import LiveModel
from support_management.people import identity, roles
from support_management.people.fields import AddressField, UsernameField
from support_management.people.lifetime_totals import LifetimeTotals
from support_management.people.roles import Role
from support_management.people.user_manager import UserManager

NEW_AGENT_CAPACITY = 8


class Website(LiveModel):
    """A brand or storefront. Work and agents can belong to one; empty means all."""

    name = models.CharField(max_length=80, unique=True)
    domain = models.CharField(max_length=120, blank=True, validators=[require_domain])
    customers_set_priority = models.BooleanField(
        "customers set the priority", default=False, help_text="Otherwise their tickets are at most normal."
    )
    customers_set_tags = models.BooleanField(
        "customers set tags", default=False, help_text="Otherwise their tickets come in without tags."
    )

    class Meta(LiveModel.Meta):
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        self.domain = self.domain.lower()


_IDENTITY = {"username": "user name", "email": "email address"}


class User(LiveModel, AbstractBaseUser):
    """A person. `role` alone decides about permissions."""

    class Theme(models.TextChoices):
        AUTO = "auto", "System"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Density(models.TextChoices):
        COMPACT = "compact", "Compact"
        DEFAULT = "default", "Default"
        COMFORTABLE = "comfortable", "Comfortable"

    class Updates(models.TextChoices):
        LIVE = "live", "Live"
        OFTEN = "10s", "Every 10 seconds"
        SELDOM = "60s", "Every 60 seconds"
        MANUAL = "manual", "Manual"

    class Announcements(models.TextChoices):
        OFF = "off", "Nothing"
        MINE = "mine", "My work"
        TEAM = "team", "The team's work"

    username = UsernameField(max_length=identity.LONGEST_USERNAME, unique=True)
    former_username = models.CharField(
        max_length=150, blank=True, editable=False, help_text="The name before an upgrade had to change it."
    )
    name = models.CharField(max_length=120)
    email = AddressField(blank=True)
    role = models.CharField(max_length=12, choices=Role, default=Role.CLIENT)
    is_active = models.BooleanField("active", default=True)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[require_zone])
    segment = models.CharField(
        max_length=40,
        blank=True,
        validators=[no_comma],
        help_text="Customer segment, such as vip. Policies can match it.",
    )
    language = models.CharField(
        max_length=8,
        blank=True,
        validators=[no_comma],
        help_text="Language the person writes in, such as de. Skill rules can match it.",
    )
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    density = models.CharField(max_length=12, choices=Density, default=Density.DEFAULT)
    updates = models.CharField(max_length=6, choices=Updates, default=Updates.LIVE)
    announcements = models.CharField(max_length=4, choices=Announcements, default=Announcements.MINE)
    date_joined = models.DateTimeField(default=now)

    objects = UserManager()  # type: ignore[misc]

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    class Meta(LiveModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
            models.UniqueConstraint(Lower("username"), name="one_user_per_name"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="one_user_per_email"),
        ]
        indexes = [models.Index(fields=["role", "name"], name="user_by_role")]

    def __str__(self):
        return self.name or self.username

    def clean(self):
        """ValidationError when somebody else signs in with this user name or has this address."""
        super().clean()
        others = type(self).objects.exclude(pk=self.pk)
        for field, taken in (("username", others.named), ("username", others.with_email), ("email", others.with_email)):
            if (value := getattr(self, field)) and taken(value).exists():
                raise ValidationError({field: f"This {_IDENTITY[field]} is already in use."})

    def refresh_from_db(self, *args, **options):
        self.__dict__.pop("_viewer", None)  # read again as well
        super().refresh_from_db(*args, **options)

    @property
    def initials(self) -> str:
        words = (self.name or self.username).split()
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()

    @property
    def is_desk(self) -> bool:
        return self.role in roles.DESK

    @property
    def is_agent(self) -> bool:
        return self.role in roles.AGENTS

    @property
    def is_lead(self) -> bool:
        return self.role in roles.LEADS

    @property
    def is_staff(self) -> bool:
        return self.role in roles.ADMINS

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.SUPERADMIN

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_active and self.is_staff

    def has_perms(self, perm_list, obj=None) -> bool:
        return self.has_perm("")

    def has_module_perms(self, app_label) -> bool:
        return self.has_perm("")


class SupportProfile(LiveModel):
    """Profile of an agent: capacity in units, websites and shift; skills are rows of `people.skills`."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        INACTIVE = "inactive", "Inactive"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="support_profile")
    registration_id = models.CharField(max_length=12, unique=True)
    phone = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    capacity = models.PositiveSmallIntegerField(
        default=NEW_AGENT_CAPACITY, validators=[MaxValueValidator(500)], help_text="Maximum units of open work."
    )
    ticket_capacity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(500)],
        help_text="Maximum units for tickets. Leave empty for no separate limit.",
    )
    dispute_capacity = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(500)],
        help_text="Maximum units for disputes. Leave empty for no separate limit.",
    )
    websites = models.ManyToManyField(
        Website, blank=True, related_name="agents", help_text="Leave empty for all websites."
    )
    shift = models.ForeignKey(
        "BusinessCalendar",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shifts",
        help_text="Working hours in the calendar's time zone. Leave empty if the agent is available whenever online.",
    )

    class Meta(LiveModel.Meta):
        verbose_name = "agent"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["active", "suspended", "inactive"]), name="profile_status_known"
            )
        ]

    def __str__(self):
        return f"{self.registration_id} {self.user}"


class SupportAvailability(LiveModel):
    """Availability of an agent: the status they set, what the system sees, and the resulting state.

    `state`, `available` and `why_not` are derived by `people.availability` and stored for boards and routing.
    `available`: the agent is eligible for automatic assignment. `says` is the status that the agent set: offline until
    they are seen for the first time.
    """

    class Says(models.TextChoices):
        ONLINE = "online", "Online"
        AWAY = "away", "Away"
        BREAK = "break", "On a break"
        OFFLINE = "offline", "Offline"

    class WhyNot(models.TextChoices):
        AWAY = "away", "Away"
        UNSEEN = "unseen", "No recent activity"
        BREAK = "break", "On a break"
        OFFLINE = "offline", "Offline"
        ABSENT = "absent", "Planned absence"
        OFF_SHIFT = "off_shift", "Off shift"
        PAUSED = "paused", "Assignment paused"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="availability")
    says = models.CharField(max_length=8, choices=Says, default=Says.OFFLINE)
    since = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField("assignment paused since", null=True, blank=True)
    paused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=Says, default=Says.OFFLINE, editable=False)
    state_since = models.DateTimeField(default=now, editable=False)
    available = models.BooleanField(default=False, editable=False)
    why_not = models.CharField(max_length=10, choices=WhyNot, default=WhyNot.OFFLINE, blank=True, editable=False)

    class Meta(LiveModel.Meta):
        verbose_name = "availability"
        verbose_name_plural = "availability"
        constraints = [
            models.CheckConstraint(condition=Q(says__in=["online", "away", "break", "offline"]), name="says_known")
        ]

    def __str__(self):
        return f"{self.user}: {self.get_says_display()}"


class SupportWorkloadTracker(LifetimeTotals, LiveModel):
    """Current load of an agent: `load` is the sum of the units of their open work."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="workload")
    load = models.IntegerField(default=0)
    ticket_load = models.IntegerField(default=0, help_text="Part of the load from tickets.")
    dispute_load = models.IntegerField(default=0, help_text="Part of the load from disputes.")
    last_activity = models.DateTimeField(null=True, blank=True)
    last_assigned_at = models.DateTimeField(null=True, blank=True)

    class Meta(LiveModel.Meta):
        verbose_name = "workload"

    def __str__(self):
        return f"{self.user}: {self.load}"


class ApiToken(models.Model):
    """A bearer token. Only its hash is stored; a revoked one has `revoked_at`. `last_used_at` is exact to a minute."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False, help_text="First characters of the token.")
    name = models.CharField(max_length=60, blank=True, help_text="What the token is for.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField("last used from", null=True, blank=True)

    class Meta:
        verbose_name = "API token"

    def __str__(self):
        return f"{self.hint}… of {self.user}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())
