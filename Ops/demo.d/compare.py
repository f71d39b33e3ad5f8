#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Says which outcomes a case has reached and which were expected, and exits 0 only if they are the same."""
import json
import sys

case_file, expected_file = sys.argv[1:3]
reached = json.load(open(case_file))["outcomes"]
expected = json.load(open(expected_file))


def words(outcomes):
    return ", ".join(f"{state} {outcome}" for state, outcome in sorted(outcomes.items())) or "none"


print(f"Reached:  {words(reached)}")
print(f"Expected: {words(expected)}  {'✓ the same' if reached == expected else '✗ NOT THE SAME'}")
sys.exit(0 if reached == expected else 1)
