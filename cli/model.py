"""`macha model`: what the model is fit for, who waits for it, what it has cost."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Config, Json, application
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.errors import MachaError

if TYPE_CHECKING:
    from tools.model.fitness import Fitness
    from tools.model.preflight import Examination

app = application("The language model: what it is fit for, who waits for it, what it has cost.")


@app.command()
def check(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Another model than the configured one, as in llama3.1:8b.")
    ] = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Try the model: JSON, its whole window, a tool, small judgements, speed. The verdict is kept."""
    from tools.configuration import load
    from tools.model import Unanswered

    settings = load(config)
    if not name and not settings.model:
        raise MachaError('no model is configured; name one: macha model check NAME, or set model = "NAME"')
    from cli.house import House
    from tools.model.opening import asker
    from tools.model.preflight import examine

    house = House.open(settings)
    model = asker(settings, "macha model check", house.clock, name=name)
    found: dict[str, Examination] = {}
    failed: dict[str, str] = {}
    for server in model.servers:
        examined = examine(model, server, (lambda _: None) if as_json else _progress)
        if isinstance(examined, Unanswered):
            failed[server] = examined.why
            continue
        found[server] = examined
        if not as_json:
            _tell(str(model.name), server, examined)
    if as_json:
        of_servers = {server: _object(one) for server, one in found.items()}
        say_json({"model": str(model.name), "servers": of_servers, "failed": failed})
    if failed:
        raise MachaError("; ".join(f"{server}: {why}" for server, why in failed.items()))
    if all(one.fitness.is_fit_for_nothing for one in found.values()):
        raise typer.Exit(1)


@app.command()
def queue(as_json: Json = False, config: Config = None) -> None:
    """Who is being answered and who waits, in the order in which they are served."""
    from tools.clock import SystemClock
    from tools.model.view import places
    from tools.state_folder import state_folder

    found = places(state_folder(config), SystemClock())
    if as_json:
        say_json([asdict(place) for place in found])
    elif not found:
        say("Nobody waits for the model.")
    else:
        say_table(
            [
                (f"on {p.server}" if p.server else "waits", f"{p.seconds:.0f} s", p.priority, p.purpose, p.who)
                for p in found
            ],
            ("state", "for", "priority", "purpose", "who"),
        )


@app.command()
def usage(as_json: Json = False, config: Config = None) -> None:
    """Calls, tokens and seconds of the last 24 hours and of a week, beside what may be spent."""
    from tools.clock import SystemClock
    from tools.configuration import load
    from tools.model import Cost
    from tools.model.budget import why_spent
    from tools.model.view import cost_of_run, last_cycle, spent

    settings, clock = load(config), SystemClock()
    limits = settings.model_use
    spans = {"day": timedelta(hours=24), "week": timedelta(days=7)}
    found = {span: spent(settings.state(), clock, length) for span, length in spans.items()}
    run = last_cycle(settings.state())
    cycle = cost_of_run(settings.state(), run)
    if as_json:
        of_limits = limits.model_dump(include={"cycle_tokens", "cycle_seconds", "day_tokens", "day_seconds"})
        rows = {span: [asdict(row) for row in rows] for span, rows in found.items()}
        say_json({"limits": of_limits, "cycle": {"run": run, **asdict(cycle)}, **rows})
        return
    if not found["week"]:
        say("The model was not asked anything in the last 7 days.")
        return
    day = sum((row.cost for row in found["day"]), Cost())
    budgets = [("24 hours", "In the last 24 hours", day, limits.day_tokens, limits.day_seconds)]
    if run:
        in_cycle = (f"cycle {run}", f"In cycle {run}, the last that asked", cycle)
        budgets.append((*in_cycle, limits.cycle_tokens, limits.cycle_seconds))
    for span, when, cost, tokens, seconds in budgets:
        say_wrapped(
            f"{when}: {cost.calls} calls, {cost.tokens} of {tokens} tokens, "
            f"{cost.seconds:.0f} of {seconds} seconds of its work."
        )
        if why := why_spent(span, cost, tokens, seconds, limits.answer_tokens):
            say_styled("warning", f"{why[0].upper()}{why[1:]}", ": the rules go on alone.")
    say("\nIn the last 7 days:")
    say_table(
        [
            (
                row.purpose,
                str(row.cost.calls),
                str(row.cost.tokens_in),
                str(row.cost.tokens_out),
                f"{row.cost.seconds:.0f}",
                str(row.unanswered),
            )
            for row in found["week"]
        ],
        ("purpose", "calls", "tokens in", "out", "seconds", "unanswered"),
    )


def _progress(what: str) -> None:
    import sys

    if sys.stderr.isatty():
        typer.echo(f"  {what}", err=True)


def _object(examined: "Examination") -> dict[str, Any]:
    fitness = examined.fitness
    return {
        **asdict(fitness),
        "fit_for": [purpose for purpose, why in _reasons(fitness).items() if not why],
        "digest": examined.described.digest,
        "advice": list(examined.advice),
    }


def _tell(name: str, server: str, examined: "Examination") -> None:
    fitness, described = examined.fitness, examined.described
    say_styled("bold", name, f" on {server}" + (f" ({described.size})" if described.size else ""))
    for purpose, why in _reasons(fitness).items():
        say_styled(
            "warning" if why else "good", f"  {'not fit' if why else 'fit'} for {purpose}", f": {why}" * bool(why)
        )
    if fitness.context_tokens:
        say(f"  reads at least {fitness.context_tokens} tokens from the first to the last")
    if fitness.cold_seconds:
        say_wrapped(
            f"first answer {fitness.cold_seconds:.1f} s, next {fitness.warm_seconds:.1f} s; tokens a second: "
            f"{fitness.tokens_read_a_second:.0f} read, {fitness.tokens_written_a_second:.0f} written",
            "  ",
        )
    for advice in examined.advice:
        say_wrapped(advice, "    ", "  → ")
    say_wrapped(
        "The verdict holds for this very model; when it changes, it is asked for no plan before a new check.", "  "
    )


def _reasons(fitness: "Fitness") -> dict[str, str]:
    return {
        "summaries": fitness.why_not_summaries,
        "planning": fitness.why_not_planning,
        "tools": fitness.why_not_tools,
    }
