"""What `benchmarks.reading` measured, as a table for people."""

from typing import Any


def say(found: dict[str, Any]) -> None:
    print(f"{'source':<14}{'reader':<8}{'GA':>7}{'FGA':>7}{'templates':>11}{'tokens':>8}{'lost':>6}{'lines/cpu s':>13}")
    for name, readers in [*found["sources"].items(), ("mean, sum", found["means"])]:
        for reader in ("macha", "drain3"):
            if figures := readers.get(reader):
                known = f"{figures['templates']}/{readers['published']['templates']}" if "published" in readers else ""
                print(
                    f"{name:<14}{reader:<8}{figures['ga']:>7.3f}{figures['fga']:>7.3f}{known:>11}"
                    f"{figures['tokens_ratio']:>7.2f}x{figures['errors_lost']:>6}{figures['lines_per_cpu_second']:>13,}"
                )
    if "drain3" not in found["means"]:
        print("drain3 is not installed for this --peer-python (benchmarks/requirements.in)")
    mixed = found["composite"]
    print(
        f"\ncomposite of {mixed['lines']:,} lines, {mixed['bytes'] / 1e6:.1f} MB, {mixed['raw_tokens']:,} tokens:",
        end=" ",
    )
    print(f"{mixed['templates']} templates")
    for what, row in found["speed"].items():
        peer = f", drain3 {row['drain3']:,}: {row['ratio']}x" if "drain3" in row else ""
        print(f"  lines per CPU second, {what.replace('_', ' ')}: {row['macha']:,}{peer}")
    for window in (4096, 8192):
        row = mixed[f"window_{window}"]
        print(
            f"  window {window}: calls {row['naive_calls']} -> {row['calls']} (1/{row['calls_ratio']}), "
            f"tokens {row['naive_tokens']:,} -> {row['tokens']:,} (1/{row['tokens_ratio']})"
        )
    for name, row in found["steady"].items():
        print(f"steady state, {name}: {row['windows']} windows, {row['without_call']:.0%} without a call;", end=" ")
        print(f"at most {row['most_tokens_of_a_call']} tokens, {row['errors_left_out']} new errors left out")
    for row in found["needles"]:
        print(
            f"needle in {row['lines']:,} lines, rank {row['rank']}: counted {row['counted']} of {row['count']}, times "
            f"{'right' if row['times_are_right'] else 'WRONG'}, trend {row['trend']} of {row['true_trend']}: "
            f"{row['needle']}"
        )
    print(f"{found['memory']['lines']:,} lines: {found['memory']['resident_bytes'] / 1e6:.0f} MB")
