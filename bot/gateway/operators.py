"""Whose bot it is: the owner of the Discord application, or those of its team who may change it."""

from __future__ import annotations

from typing import Any

import discord

_MAY_CHANGE = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)


def operators(application: discord.AppInfo | None) -> frozenset[int]:
    """Their ids, as Discord told at the login; an invitation to the team counts once it is accepted."""
    if application is None:
        return frozenset()
    team = application.team
    if team is None:
        return frozenset({application.owner.id})
    return frozenset(member.id for member in team.members if _accepted(member) and _may_change(team, member))


def is_operator(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot is theirs who order."""
    return interaction.user.id in operators(interaction.client.application)


def _accepted(member: discord.TeamMember) -> bool:
    return member.membership_state is discord.TeamMembershipState.accepted


def _may_change(team: discord.Team, member: discord.TeamMember) -> bool:
    return member.id == team.owner_id or member.role in _MAY_CHANGE
