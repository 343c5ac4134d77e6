"""Permissions on accounts, checked by every entry point that creates, changes or deactivates a person."""

from support_management.audit import log
from support_management.core.errors import NotAllowed
from support_management.core.time import now
from support_management.events.capability import recorded_write
from support_management.people import api_tokens
from support_management.people.models import ApiToken, SupportProfile, User
from support_management.people.roles import Role


def check_may_manage(user: User, *, by: User) -> None:
    """NotAllowed not_yours unless `by` may change this person: superadmins are changed by superadmins only."""
    if user.role == Role.SUPERADMIN and by.role != Role.SUPERADMIN:
        raise NotAllowed("not_yours", "Only a superadmin can change a superadmin.")


def check_change(user: User, *, role: str, is_active: bool, by: User) -> None:
    """NotAllowed unless `by` may set this role and state. `user` has the values before the change."""
    if user.pk:
        check_may_manage(user, by=by)
    if role == Role.SUPERADMIN and user.role != Role.SUPERADMIN and by.role != Role.SUPERADMIN:
        raise NotAllowed("not_yours", "Only a superadmin can appoint a superadmin.", field="role")
    if user.pk == by.pk and role != user.role:
        raise NotAllowed("not_yourself", "You can't change your own role.", field="role")
    if user.pk == by.pk and not is_active:
        raise NotAllowed("not_yourself", "You can't deactivate yourself.", field="is_active")


@recorded_write
def set_active(*, user: int, is_active: bool, by: User) -> User:
    """Reactivate or deactivate a person. Open sessions end within seconds. NotAllowed as in `check_change`."""
    row = User.objects.select_for_update().get(pk=user)
    check_change(row, role=row.role, is_active=is_active, by=by)
    if row.is_active != is_active:
        row.is_active = is_active
        row.save(update_fields=["is_active"])
        log.record(by=by, verb="active", on=row, before={"active": not is_active}, after={"active": is_active})
    return row


@recorded_write
def set_status(*, profile: int, status: str, by: User) -> SupportProfile:
    """Set the status of an agent. Only active agents are assigned work. NotAllowed as in `check_may_manage`."""
    row = SupportProfile.objects.select_for_update(of=("self",)).select_related("user").get(pk=profile)
    check_may_manage(row.user, by=by)
    before = row.status
    if before != status:
        row.status = status
        row.save(update_fields=["status"])
        log.record(by=by, verb="standing", on=row, before={"status": before}, after={"status": status})
    return row


@recorded_write
def revoke_token(*, token: int, by: User | None) -> bool:
    """Revoke an API token. False when it is already revoked. NotAllowed as in `check_may_manage`."""
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token)
    if by is not None:
        check_may_manage(row.user, by=by)
    if row.revoked_at:
        return False
    row.revoked_at = now()
    row.save(update_fields=["revoked_at"])
    log.record(by=by, verb="revoke", on=row, after={"hint": row.hint, "person": row.user_id})
    return True


@recorded_write
def revoke_tokens(*, person: User, by: User | None) -> int:
    """Revoke all valid API tokens of a person. Returns how many."""
    return sum(revoke_token(token=row.pk, by=by) for row in api_tokens.valid_of(person))
