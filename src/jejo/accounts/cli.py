"""`jejo accounts …`."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from jejo.accounts.domain.audit import Head
from jejo.accounts.domain.keys import Invitation, Token
from jejo.accounts.domain.roles import Kind, Permission, role
from jejo.accounts.domain.scope import Scope
from jejo.accounts.service import AccountService, Issued
from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import Texts, texts

Json = Annotated[bool, typer.Option("--json", help="Machine-readable output")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would happen")]
Days = Annotated[int, typer.Option(help="Days until it ends")]


def _korean() -> Texts:
    return texts("ko")


def _json(value: object) -> None:
    typer.echo(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode())


def _plain(value: object) -> Any:
    """Return what JSON has no form for; a digest is never printed."""
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    raise TypeError(type(value).__name__)


def _card(about: Token | Invitation) -> dict[str, object]:
    names = [name for name in type(about).__dataclass_fields__ if name != "digest"]
    card = {name: getattr(about, name) for name in names}
    return {
        name: sorted(map(str, value)) if isinstance(value, frozenset) else value
        for name, value in card.items()
    }


def commands(
    service: Callable[[], AccountService],
    local: Callable[[], Scope],
    words: Callable[[], Texts] = _korean,
) -> typer.Typer:
    """Return the commands of the accounts.

    Args:
        service, local, words: called when a command runs, so that `--help` opens no database.
    """
    accounts = typer.Typer(no_args_is_help=True)

    def scope(context: typer.Context) -> Scope:
        chosen = context.obj
        return service().switch(local(), chosen) if chosen else local()

    def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        texts_ = words()
        heads = (texts_.text(f"accounts.columns.{column}") for column in columns)
        table = Table(*(Column(head, overflow="fold") for head in heads))
        for row in rows:
            # A name may look like a mark for colours.
            table.add_row(*("" if each is None else escape(texts_.show(each)) for each in row))
        Console().print(table if table.row_count else texts_.text("accounts.nothing-yet"))

    def say(key: str, **facts: object) -> None:
        typer.echo(words().text(f"accounts.{key}", **facts), err=True)

    def hand_out(issued: Issued, key: str, as_json: bool, **facts: object) -> None:
        if as_json:
            _json({**_card(issued.about), "text": issued.text})
            return
        say(key, expires=issued.about.expires, **facts)
        typer.echo(issued.text)

    @accounts.callback()
    def about(
        context: typer.Context,
        organisation: Annotated[str, typer.Option(help="Id of another organisation of yours")] = "",
    ) -> None:
        """Organisations, people, invitations, API tokens, grants and the audit log."""
        context.obj = organisation

    @accounts.command()
    def people(context: typer.Context, as_json: Json = False) -> None:
        """List everyone of the organisation with their roles."""
        members = service().people(scope(context))
        if as_json:
            _json(members)
            return
        show(
            ("name", "email", "roles", "since", "id"),
            [(each.name, each.email, sorted(each.roles), each.since, each.id) for each in members],
        )

    @accounts.command()
    def remove(context: typer.Context, person: str, yes: Yes = False) -> None:
        """End a person's membership, with their sessions and tokens."""
        if not yes:
            say("kept", id=person)
            return
        service().remove(scope(context), person)
        say("removed", id=person)

    @accounts.command()
    def invite(
        context: typer.Context,
        email: str,
        role_: Annotated[list[str], typer.Option("--role", help="Letter of a role; O owns the organisation")],
        days: Days = 7,
        as_json: Json = False,
    ) -> None:
        """Print a code with which the owner of an e-mail address can join, once."""
        issued = service().invite(scope(context), email, set(map(role, role_)), timedelta(days=days))
        hand_out(issued, "invited", as_json, email=email)

    @accounts.command("join")
    def accept(
        name: Annotated[str, typer.Option(help="Your name")],
        code: Annotated[str, typer.Option(prompt=True, hide_input=True)],
        password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    ) -> None:
        """Join an organisation with an invitation code."""
        joined = service().accept(code, name=name, password=password)
        typer.echo(joined.organisation)

    accounts.add_typer(_organisations(service, scope, show, say), name="organisations")
    accounts.add_typer(_tokens(service, scope, show, say, hand_out), name="token")
    accounts.add_typer(_grants(service, scope, show, say), name="grant")
    accounts.add_typer(_audit(service, scope, show, say, words), name="audit")
    return accounts


Show = Callable[[Sequence[str], Iterable[Sequence[object]]], None]


def _organisations(
    service: Callable[[], AccountService],
    scope: Callable[[typer.Context], Scope],
    show: Show,
    say: Callable[..., None],
) -> typer.Typer:
    group = typer.Typer(invoke_without_command=True)

    @group.callback()
    def listing(context: typer.Context, as_json: Json = False) -> None:
        """List your organisations."""
        if context.invoked_subcommand:
            return
        found = service().organisations(scope(context))
        if as_json:
            _json(found)
            return
        show(("name", "since", "id"), [(each.name, each.made, each.id) for each in found])

    @group.command()
    def create(context: typer.Context, name: str, as_json: Json = False) -> None:
        """Make an organisation; you become its owner."""
        made = service().create_organisation(scope(context), name)
        if as_json:
            _json(made)
            return
        say("created", name=made.name, id=made.id)

    return group


def _tokens(
    service: Callable[[], AccountService],
    scope: Callable[[typer.Context], Scope],
    show: Show,
    say: Callable[..., None],
    hand_out: Callable[..., None],
) -> typer.Typer:
    group = typer.Typer(invoke_without_command=True)

    @group.callback()
    def listing(context: typer.Context, as_json: Json = False) -> None:
        """List API tokens, without their texts."""
        if context.invoked_subcommand:
            return
        found = service().tokens(scope(context))
        if as_json:
            _json(list(map(_card, found)))
            return
        show(
            ("name", "permits", "expires", "last-used", "id"),
            [
                (
                    each.name,
                    sorted(map(str, each.permits)),
                    each.revoked or each.expires,
                    each.last_used,
                    each.id,
                )
                for each in found
            ],
        )

    @group.command()
    def issue(
        context: typer.Context,
        name: str,
        permit: Annotated[list[str], typer.Option(help="What it is for, for example report:read")],
        days: Days = 90,
        as_json: Json = False,
    ) -> None:
        """Print a new API token."""
        permits = set(map(Permission.parse, permit))
        issued = service().issue_token(scope(context), name, permits, timedelta(days=days))
        hand_out(issued, "issued", as_json, name=name)

    @group.command()
    def revoke(context: typer.Context, token: str, yes: Yes = False) -> None:
        """Make a token useless."""
        if not yes:
            say("kept", id=token)
            return
        service().revoke_token(scope(context), token)
        say("revoked", id=token)

    return group


def _grants(
    service: Callable[[], AccountService],
    scope: Callable[[typer.Context], Scope],
    show: Show,
    say: Callable[..., None],
) -> typer.Typer:
    group = typer.Typer(invoke_without_command=True)

    @group.callback()
    def listing(context: typer.Context, as_json: Json = False) -> None:
        """List what the organisation lets others read, also past grants."""
        if context.invoked_subcommand:
            return
        found = service().grants(scope(context))
        if as_json:
            _json(found)
            return
        show(
            ("to", "shared", "expires", "id"),
            [
                (each.to, f"{each.kind}/{each.object or '*'}", each.revoked or each.until, each.id)
                for each in found
            ],
        )

    @group.command()
    def give(
        context: typer.Context,
        to: str,
        kind: str,
        until: Annotated[str, typer.Option(help="2026-12-31 or 2026-12-31T18:00+09:00")],
        only: Annotated[str, typer.Option(help="Id of one object; empty: all of the kind")] = "",
    ) -> None:
        """Let another organisation read something until a date."""
        if kind not in list(Kind):
            raise Invalid("accounts.no-kind", kind=kind, known=list(Kind))
        made = service().grant(scope(context), to, Kind(kind), _moment(until), object=only or None)
        say("granted", to=to, kind=f"{kind}/{only or '*'}", until=made.until)

    @group.command()
    def revoke(context: typer.Context, grant: str, yes: Yes = False) -> None:
        """Take a grant back."""
        if not yes:
            say("kept", id=grant)
            return
        service().revoke_grant(scope(context), grant)
        say("revoked", id=grant)

    return group


def _audit(
    service: Callable[[], AccountService],
    scope: Callable[[typer.Context], Scope],
    show: Show,
    say: Callable[..., None],
    words: Callable[[], Texts],
) -> typer.Typer:
    group = typer.Typer(invoke_without_command=True)

    @group.callback()
    def listing(
        context: typer.Context,
        after: Annotated[int, typer.Option(help="Start after this number")] = 0,
        limit: Annotated[int, typer.Option(help="How many at most")] = 100,
        as_json: Json = False,
    ) -> None:
        """List who did what, oldest first."""
        if context.invoked_subcommand:
            return
        found = service().entries(scope(context), after, limit)
        if as_json:
            _json(found)
            return
        show(
            ("sequence", "at", "person", "action", "object"),
            [(each.sequence, each.at, each.person, each.action, each.object) for each in found],
        )

    @group.command("verify")
    def verify_log(
        context: typer.Context,
        known: Annotated[str, typer.Option(help="number:hash that an earlier check printed")] = "",
        as_json: Json = False,
    ) -> None:
        """Check that nothing in the log was changed; exit 1 and the first broken entry otherwise."""
        verdict = service().verify_audit(scope(context), Head.parse(known) if known else None)
        if as_json:
            _json(verdict)
        elif verdict.broken is None:
            typer.echo(
                words().text("accounts.audit.whole", count=verdict.head.sequence, head=str(verdict.head))
            )
        else:
            reason = words().text(f"accounts.audit.reasons.{verdict.reason}")
            typer.echo(
                words().text(
                    "accounts.audit.broken", count=verdict.head.sequence, broken=verdict.broken, reason=reason
                )
            )
        if verdict.broken is not None:
            raise typer.Exit(1)

    @group.command()
    def export(context: typer.Context) -> None:
        """Write the whole log to stdout, one JSON object per line."""
        sys.stdout.writelines(service().export_audit(scope(context)))

    return group


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("accounts.bad-time", text=text) from wrong
    # A day or time without a zone is meant as the clock on the wall in Korea shows it.
    return at if at.tzinfo else at.replace(tzinfo=SEOUL)
