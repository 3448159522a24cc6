"""A second opinion on the policies of `crates/policy/tests/policies.toml`: what policyuniverse makes of each.

Called with the path of the table. Prints a JSON object: for each policy `true` where policyuniverse calls it accessible from
the internet, `false` where it does not, and a text where it cannot read the policy.
"""

import json
import sys
import tomllib

from policyuniverse.policy import Policy


def opinion(text):
    try:
        return Policy(json.loads(text)).is_internet_accessible()
    except Exception as error:  # Whatever it stumbles over is its answer.
        return f"{type(error).__name__}: {error}"


def main():
    with open(sys.argv[1], "rb") as file:
        table = tomllib.load(file)
    opinions = {row["name"]: opinion(row["text"]) for row in table["policy"]}
    json.dump(opinions, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
