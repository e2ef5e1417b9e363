"""`macha config`: what the configuration is, and what each key means."""

from cli.options import Config, application
from cli.output import say, say_json

app = application("What the configuration is, and what it may say.")


@app.command()
def show(config: Config = None) -> None:
    """The configuration in force, defaults included, as JSON."""
    from tools.configuration import load  # 140 ms of CPU that `--help` does not need

    say_json(load(config).model_dump(mode="json", by_alias=True))


@app.command("reference")
def reference_() -> None:
    """Every key with its meaning and its default, as Markdown."""
    from tools.configuration_reference import reference

    say(reference().rstrip())
