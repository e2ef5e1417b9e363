"""What is protected, by every name it has, and what a job on another unit would do to it."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.protected import PROTECTED, dependants, unknown, why_not_touch, why_protected
from tools.actions import Job
from tools.probes.unit_graph import RELATIONS, UnitGraph

INVERSE = {
    "Requires": "RequiredBy", "Requisite": "RequisiteOf", "BindsTo": "BoundBy", "PartOf": "ConsistsOf",
    "Wants": "WantedBy", "Upholds": "UpheldBy", "Conflicts": "ConflictedBy", "PropagatesStopTo": "StopPropagatedFrom",
    "Triggers": "TriggeredBy",
}  # fmt: skip
INVERSE |= {inverse: relation for relation, inverse in INVERSE.items()}
DB = "db.service"
APP = "app.service"

Edge = tuple[str, str, str]


def unit(name: str, state: str = "active", **properties: str) -> dict[str, str]:
    return {"Id": name, "Names": name, "LoadState": "loaded", "ActiveState": state, **properties}


def graph(units: Iterable[dict[str, str]], *edges: Edge) -> UnitGraph:
    """As a host would tell it: each relation is told by both units."""
    blocks = {block["Id"]: dict(block) for block in units}
    for one, relation, other in edges:
        for name, said, about in ((one, relation, other), (other, INVERSE.get(relation, ""), one)):
            if said and name in blocks:
                blocks[name][said] = f"{blocks[name].get(said, '')} {about}".strip()
    text = "\n\n".join("\n".join(f"{key}={value}" for key, value in block.items()) for block in blocks.values())
    parsed = UnitGraph.parse(text.encode())
    assert isinstance(parsed, UnitGraph)
    return parsed


def why(job: Job, *edges: Edge, db: str = "active", app: str = "failed", **others: str) -> str | None:
    """Why a job on app.service must not be made where db.service is protected; other units by name and state."""
    known = [unit(f"{name}.service", state) for name, state in others.items()]
    return why_not_touch(graph([unit(DB, db), unit(APP, app), *known], *edges), APP, job, [DB])


# ---- names


@pytest.mark.parametrize("name", ["nginx.service", "app@ssh.service", "sshguard.service", "mynetwork.service"])
def test_other_names_are_not_protected(name: str) -> None:
    assert why_protected([name]) is None
    assert why_protected([name], ["", " ", "web@1.service", "web", "ngin", "nginx-debug", "nginx.socket"]) is None


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        pytest.param("nginx.service", "nginx.service", id="as it is written"),
        pytest.param("NGINX.service", "nginx.service", id="another case"),
        pytest.param("nginx.service", "Nginx.SERVICE", id="a pattern of another case"),
        pytest.param("nginx.socket", "nginx.service", id="the socket that starts it"),
        pytest.param("nginx.timer", "nginx.service", id="the timer that starts it"),
        pytest.param("nginx.path", "nginx.service", id="the path that starts it"),
        pytest.param("srv.automount", "srv.mount", id="the automount that mounts it"),
        pytest.param("nginx.service", "nginx", id="a pattern without a kind"),
        pytest.param("nginx.timer", "nginx", id="a pattern without a kind, of a timer"),
        pytest.param("nginx.service", " nginx.service ", id="spaces around a pattern"),
        pytest.param("web@1.service", "web@.service", id="an instance of a template"),
        pytest.param("web@1.service", "web@*", id="an instance by a pattern"),
        pytest.param("web@1.service", "web", id="an instance by the bare name"),
        pytest.param("web@1.socket", "web@.service", id="the socket of an instance"),
    ],
)
def test_a_name_is_protected_by_a_pattern(name: str, pattern: str) -> None:
    assert why_protected([name], [pattern]) == pattern


@pytest.mark.parametrize("pattern", PROTECTED)
def test_no_built_in_pattern_is_escaped(pattern: str) -> None:
    for name in (pattern.replace("*", "x"), pattern.replace("*", "1.service")):
        spellings = {name, name.upper(), name.title(), name.swapcase()}
        stem, _, kind = name.rpartition(".")
        if kind == "service":
            spellings |= {f"{stem}.socket", f"{stem}.TIMER", f"{stem}.path"}
        for spelling in spellings:
            assert why_protected([spelling]), spelling
            assert why_protected(["innocent.service", spelling]), "any of its names is enough"


@pytest.mark.parametrize(
    "name",
    [
        "reboot.target", "poweroff.target", "suspend-then-hibernate.target", "factory-reset.target", "sleep.target",
        "initrd-switch-root.service", "system-update.target", "debug-shell.service", "container-getty@1.service",
        "final.target",
    ],
)  # fmt: skip
def test_what_ends_the_machine_or_opens_a_shell_is_protected(name: str) -> None:
    assert why_protected([name])


@given(st.text("ab@-.", min_size=1, max_size=8), st.sampled_from([".service", ".socket", ".timer", ".path", ".target"]))
def test_a_pattern_made_of_a_name_protects_it_in_every_case(stem: str, kind: str) -> None:
    name = stem + kind
    for pattern in (name, name.upper(), stem, f"{stem}.*", f"{stem}*"):
        assert why_protected([name.swapcase()], [pattern]) is not None


def test_a_unit_is_known_by_its_alias_and_by_its_id() -> None:
    known = graph([unit(DB, Names=f"{DB} sql.service"), unit("odd.service", Names="")])
    for name, pattern in ((DB, "sql.service"), ("sql.service", DB), ("odd.service", "odd.service")):
        assert "is protected" in str(why_not_touch(known, name, "none", [pattern]))


# ---- relations


def test_a_unit_alone_may_be_touched() -> None:
    assert why("restart") is None
    assert why("restart", (APP, "After", DB), (DB, "After", APP)) is None


def test_a_unit_that_is_not_there_is_refused() -> None:
    known = graph([unit(DB), unit("gone.service", LoadState="not-found")])
    for name in ("none.service", "gone.service", "d*.service"):
        assert why_not_touch(known, name, "restart") == f"{name} is not among the units of this host"
    assert dependants(known, "none.service", "restart") == []


@pytest.mark.parametrize("relation", ["RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "PropagatesStopTo"])
def test_what_is_stopped_with_it_is_touched_by_a_restart(relation: str) -> None:
    edge = (APP, relation, DB)
    assert why("restart", edge) == f"it would also touch {DB}, which is protected ({DB})"
    assert why("stop", edge) is not None
    assert why("restart", (APP, relation, "x.service"), ("x.service", relation, DB), x="active") is not None
    assert why("restart", (DB, relation, APP)) is None, "the other way round it is only depended on"
    known = graph([unit(APP, "failed"), unit(DB)], edge)
    assert (dependants(known, APP, "restart"), dependants(known, APP, "none")) == ([DB], [])


@pytest.mark.parametrize("relation", ["RequiredBy", "RequisiteOf", "ConsistsOf"])
def test_a_start_stops_nothing_that_depends_on_it(relation: str) -> None:
    assert why("start", (APP, relation, DB)) is None


@pytest.mark.parametrize("relation", ["BoundBy", "PropagatesStopTo"])
def test_a_start_that_fails_stops_what_its_end_stops(relation: str) -> None:
    assert why("start", (APP, relation, DB)) is not None
    assert why("start", (APP, "Wants", "x.service"), ("x.service", relation, DB), x="failed") is not None
    assert why("start", (APP, relation, DB), db="inactive") is None


@pytest.mark.parametrize("relation", ["Requires", "BindsTo", "Wants", "Upholds", "OnFailure", "OnSuccess"])
@pytest.mark.parametrize("job", ["start", "restart"])
def test_what_is_pulled_in_is_touched_unless_it_runs(job: Job, relation: str) -> None:
    edge = (APP, relation, DB)
    for state in ("inactive", "failed", "activating", "deactivating", "maintenance"):
        assert why(job, edge, db=state) is not None, state
    for state in ("active", "reloading", "refreshing"):
        assert why(job, edge, db=state) is None, state
    through = ((APP, relation, "x.service"), ("x.service", "Requires", DB))
    assert why(job, *through, db="inactive", x="inactive") is not None
    assert why(job, *through, db="inactive", x="activating") is not None, "it waits for its next try"
    assert why(job, *through, db="inactive", x="active") is None
    assert why("none", edge, db="inactive") is None


def test_what_is_only_asked_for_is_not_started() -> None:
    assert why("start", (APP, "Requisite", DB), db="inactive") is None


@pytest.mark.parametrize("job", ["start", "restart"])
@pytest.mark.parametrize("relation", ["Conflicts", "ConflictedBy"])
def test_what_it_conflicts_with_is_stopped_where_it_is_up(job: Job, relation: str) -> None:
    assert why(job, (APP, relation, DB)) is not None
    assert why(job, (APP, relation, DB), db="inactive") is None
    assert why(job, (APP, relation, DB), db="failed") is None
    assert why(job, (APP, relation, "x.service"), (DB, "Requires", "x.service"), x="active") is not None
    assert why(job, (APP, "Wants", "x.service"), ("x.service", relation, DB), x="inactive") is not None
    assert why(job, (APP, "Wants", "x.service"), ("x.service", relation, DB), x="active") is None
    assert why("none", (APP, relation, DB)) is None


@pytest.mark.parametrize("relation", ["OnFailure", "OnSuccess", "TriggeredBy", "UpheldBy"])
def test_what_a_conflict_stops_may_start_others(relation: str) -> None:
    edges = [(APP, "Conflicts", "x.service"), ("x.service", relation, "y.service"), ("y.service", "Conflicts", DB)]
    if relation in ("TriggeredBy", "UpheldBy"):
        edges[2] = ("x.service", "Wants", DB)
        assert why("start", *edges, db="inactive", x="active", y="active") is not None
        assert why("start", *edges, db="inactive", x="active", y="inactive") is None
    else:
        assert why("start", *edges, x="active", y="inactive") is not None


def test_what_one_job_both_starts_and_stops_is_touched_even_where_it_runs() -> None:
    """Found by graph 9014 of the machine test: DB runs and needs the timer, which conflicts with what APP wants."""
    edges = [(APP, "Requires", DB), (DB, "Requires", "x.timer"), ("x.timer", "Conflicts", "y.service")]
    wanted = (APP, "Wants", "y.service")
    units = [unit(APP, "inactive"), unit(DB), unit("x.timer", "inactive"), unit("y.service")]
    assert why_not_touch(graph(units, *edges), APP, "start", [DB]) is None
    assert why_not_touch(graph(units, *edges, wanted), APP, "start", [DB]) is not None


def test_what_nothing_needs_any_more_is_stopped() -> None:
    units = [unit(APP, "failed"), unit(DB, StopWhenUnneeded="yes")]
    for relation in ("Requires", "Wants", "BindsTo", "Requisite", "Upholds"):
        assert why_not_touch(graph(units, (APP, relation, DB)), APP, "restart", [DB]) is not None
    assert why_not_touch(graph([*units[:1], unit(DB)], (APP, "Wants", DB)), APP, "restart", [DB]) is None
    alone = graph([unit(APP, "failed", StopWhenUnneeded="yes"), unit(DB)], (DB, "PartOf", APP))
    assert why_not_touch(alone, APP, "start", [DB]) is not None, "it is stopped again at once, and DB with it"


@pytest.mark.parametrize("job", ["start", "restart"])
@pytest.mark.parametrize("relation", ["Triggers", "TriggeredBy"])
@pytest.mark.parametrize("state", ["active", "inactive"])
def test_what_starts_a_protected_unit_is_protected_and_so_is_what_it_starts(
    job: Job, relation: str, state: str
) -> None:
    assert why(job, (APP, relation, DB), db=state) is not None
    assert why(job, (APP, "Wants", "x.service"), ("x.service", relation, DB), db=state, x="failed") is not None


def test_a_socket_gives_up_when_its_service_cannot_be_started() -> None:
    edges = ((APP, "TriggeredBy", "x.service"), (DB, "BindsTo", "x.service"))
    assert why("start", *edges, x="active") is not None
    assert why("start", *edges, x="inactive") is None
    assert (
        dependants(graph([unit(APP, "failed"), unit("x.timer")], (APP, "TriggeredBy", "x.timer")), APP, "start") == []
    )


@pytest.mark.parametrize("keeper", ["UpheldBy", "TriggeredBy"])
def test_clearing_a_failure_starts_what_is_kept_up(keeper: str) -> None:
    edges = ((APP, keeper, "x.service"), (APP, "Conflicts", DB))
    assert why("none", *edges, x="active") is not None
    assert why("none", *edges, x="inactive") is None
    assert why("none", *edges, x="active", app="active") is None


def test_a_reload_reaches_what_it_is_passed_on_to() -> None:
    assert why("reload", (APP, "PropagatesReloadTo", DB)) is not None
    assert why("reload", (APP, "RequiredBy", DB)) is None
    assert why("restart", (APP, "PropagatesReloadTo", DB)) is None


@pytest.mark.parametrize("name", ["a.target", "a.slice", "a.scope", "a.mount", "a.swap", "a.device"])
def test_some_kinds_are_never_stopped_as_a_side_effect(name: str) -> None:
    known = graph([unit(APP, "failed"), unit(name)], (name, "Requires", APP))
    assert why_not_touch(known, APP, "restart") == f"it would also stop {name}"
    assert why_not_touch(known, APP, "start") is None
    assert why_not_touch(graph([unit(name, "failed")]), name, "restart") is None, "itself it may be restarted"


@pytest.mark.parametrize("when", ["FailureAction", "SuccessAction", "StartLimitAction", "JobTimeoutAction"])
def test_what_could_reboot_the_host_is_refused(when: str) -> None:
    units = [unit(APP, "failed"), unit("x.service", "failed", **{when: "reboot-force"})]
    known = graph(units, (APP, "Wants", "x.service"))
    for name in (APP, "x.service"):
        assert why_not_touch(known, name, "start") == f"x.service may reboot-force the host ({when}=reboot-force)"
    assert why_not_touch(known, "x.service", "none") is None, "clearing its failure starts nothing"
    assert why_not_touch(graph([unit(APP, "failed", **{when: "none"})]), APP, "restart") is None


@pytest.mark.parametrize("called", ["OnFailure", "OnSuccess"])
def test_what_could_stop_everything_else_is_refused(called: str) -> None:
    for mode, is_refused in (("isolate", True), ("flush", True), ("replace", False), ("fail", False)):
        known = graph(
            [unit(APP, "failed", **{f"{called}JobMode": mode}), unit("x.service")], (APP, called, "x.service")
        )
        assert (why_not_touch(known, APP, "start") is not None) is is_refused
    assert why_not_touch(graph([unit(APP, "failed", OnFailureJobMode="isolate")]), APP, "start") is None


@pytest.mark.parametrize("relation", ["Requires", "RequiredBy", "Conflicts", "OnFailure", "Triggers", "TriggeredBy"])
def test_a_relation_to_a_unit_that_nobody_knows_is_refused(relation: str) -> None:
    known = graph([unit(APP, "failed")], (APP, relation, "ghost.service"))
    assert why_not_touch(known, APP, "restart") == "ghost.service, which it would also touch, is not known"
    assert unknown(known, APP) == {"ghost.service"}
    assert unknown(known, "none.service") == {"none.service"}
    assert why_not_touch(known, APP, "none") is None


# ---- the whole, against a second opinion


def forbidden(known: UnitGraph, root: str, job: Job, protected: str) -> bool:
    """The same question answered from a list of rules, applied until nothing is added. Shares no code with the gate."""
    nodes = known.units
    up = {name for name, node in nodes.items() if node.active_state not in ("inactive", "failed")}
    running = {name for name, node in nodes.items() if node.active_state in ("active", "reloading", "refreshing")}

    def to(name: str, *relations: str) -> set[str]:
        return {other for relation in relations for other in nodes[name].relations[relation]}

    dragged = ("RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "PropagatesStopTo")
    pulled = ("Requires", "BindsTo", "Wants", "Upholds")
    opposed = ("Conflicts", "ConflictedBy")

    def transaction(facts: set[tuple[str, str]]) -> set[str]:
        """What is both started and stopped before systemd looks at any state."""
        jobs = {fact for fact in facts if fact[0] != "give up"}
        while True:
            more = {("start", o) for what, n in jobs if what == "start" for o in to(n, *pulled)}
            more |= {("stop", o) for what, n in jobs if what == "start" for o in to(n, *opposed)}
            more |= {("stop", o) for what, n in jobs if what == "stop" for o in to(n, *dragged)}
            if more <= jobs:
                return {n for what, n in jobs if what == "start"} & {n for what, n in jobs if what == "stop"}
            jobs |= more

    facts: set[tuple[str, str]] = set()
    if job == "start":
        facts = {("start", root)}
    if job == "none" and nodes[root].active_state == "failed" and to(root, "UpheldBy", "TriggeredBy") & up:
        facts = {("start", root)}
    if job in ("stop", "restart"):
        reached = {root}
        while more := {other for name in reached for other in to(name, *dragged)} - reached:
            reached |= more
        facts = {("stop", name) for name in reached}
        facts |= {("start", name) for name in reached if job == "restart"}
    while True:
        new: set[tuple[str, str]] = set()
        torn = transaction(facts)
        for what, name in facts:
            if what == "start":
                new |= {("start", o) for o in to(name, *pulled) - (running - torn)}
                new |= {("start", o) for o in to(name, "Triggers") - running}
                new |= {("stop", o) for o in to(name, *opposed) & (up | torn)}
                new |= {("give up", o) for o in to(name, "TriggeredBy") & up}
                if nodes[name].stops_when_unneeded:
                    new.add(("stop", name))
            if what == "stop":
                new |= {("stop", o) for o in to(name, *dragged)}
            if what != "start" and name in up and to(name, "UpheldBy", "TriggeredBy") & up:
                new.add(("start", name))
            if what == "start" or name in up:
                new |= {("start", o) for o in to(name, "OnFailure", "OnSuccess") - running}
                new |= {("stop", o) for o in to(name, "BoundBy", "PropagatesStopTo") & up}
                new |= {("stop", o) for o in to(name, *pulled, "Requisite") & up if nodes[o].stops_when_unneeded}
        if new <= facts:
            break
        facts |= new
    touched = {name for _, name in facts}
    return protected in touched | {root} | {other for name in touched for other in to(name, "Triggers", "TriggeredBy")}


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["none", "start", "stop", "restart"]))
def test_the_closure_agrees_with_a_second_opinion(seed: int, job: Job) -> None:
    random = Random(seed)
    names = [f"u{number}.service" for number in range(random.randint(2, 9))]
    states = ("active", "active", "inactive", "failed", "failed", "activating", "reloading")
    units = [
        unit(name, random.choice(states), StopWhenUnneeded=random.choice(("no", "no", "no", "yes"))) for name in names
    ]
    relations = [relation for relation in RELATIONS if relation != "WantedBy"]
    edges = [
        (random.choice(names), random.choice(relations), random.choice(names))
        for _ in range(random.randint(0, 2 * len(names)))
    ]
    known = graph(units, *edges)
    root, protected = random.choice(names), random.choice(names)
    assert (why_not_touch(known, root, job, [protected]) is not None) is forbidden(known, root, job, protected)
