"""The same verbs, from a terminal: one short module for each group of commands."""

import click

from homeostat.cli.app import Commands


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="homeostat")
def main() -> None:
    """What the body does when a benzodiazepine is continued, lowered, switched or stopped.

    For clinicians and researchers. Not a medical device; never a reason to change a dose without a
    clinician.

    \b
    Examples
      homeostat forecast examples/typical.toml --continue
      homeostat forecast examples/typical.toml --to 1mg --over 12 --out out/typical
      homeostat equivalence clonazepam diazepam 2mg
      homeostat facts drug clonazepam
      homeostat claims T4

    \b
    Exit code
      0    done
      2    something typed, or in a file, cannot be used
      3    a file of facts is wrong
      4    results cannot be written there
      5    more is asked for than the machine has memory
      6    no product that can be had makes the dose
      10   check: warnings stand
      20   check: refused
      70   the model gave what no body can have; nothing is shown
      130  interrupted (128 and the number of the signal: 143 where the system asked to end)

    Shell completion: eval "$(_HOMEOSTAT_COMPLETE=bash_source homeostat)"  (or zsh_source,
        fish_source)
    """
