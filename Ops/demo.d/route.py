#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Tells the route of one case in words, and exits 0 only if its outcomes are the expected ones."""
import json
import sys


def main(case_file, history_file, expected_file):
    case = json.load(open(case_file))
    expected = json.load(open(expected_file))
    before = set()
    for line in open(history_file):
        event = json.loads(line)
        now = set(event["configuration"])
        who = event["sender"] or "de klok"
        codes = ", ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(event["data"].items()))
        what = "melding ontvangen" if event["kind"] == "report" else event["name"]
        print(f"  {event['at'][11:19]}  {who:13} {what}" + (f" ({codes})" if codes and event["kind"] != "report" else ""))
        for effect in event["effects"]:
            if effect["effect"] == "openAssignment":
                urgent = " MET SPOED" if effect["lane"] == "acute" else ""
                print(f"                          → vraag aan {effect['to']}{urgent}: {effect['task']}")
        entered = sorted(now - before)
        if entered:
            print(f"                          staat nu in {', '.join(entered)}")
        before = now
    print(f"  uitkomst: {', '.join(sorted(case['outcomes'].values())) or 'nog geen'}")
    if case["outcomes"] == expected:
        return 0
    print(f"  VERWACHT: {', '.join(sorted(expected.values()))}")
    return 1


sys.exit(main(*sys.argv[1:4]))
