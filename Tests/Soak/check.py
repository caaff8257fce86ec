"""Holds the receiver's log against `retier audit`; for scripts/soak. Knows nothing of retier's code or ledger.

Reads: audit.csv (retier audit --format csv), planned.csv (retier show ... --verdict send of every plan), doubts.txt
(retier doubts list), lives.jsonl (when each process lived and how it ended), receiver.jsonl. Prints a table; exit code
1 where a promise is broken.
"""

import collections
import csv
import json
import os
import sys


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


# A connection that is accepted so soon after a process began may be a late one of the process before.
BEGINNING_SECONDS = 0.02
# The timeout of the brand's endpoints, less what a busy machine may take: a later answer finds nobody.
TIMEOUT_SECONDS = 1.8


class Call:
    """One request as the receiver saw it."""

    def __init__(self, event):
        self.at = event["at"]
        self.accepted = event["accepted"]
        self.sha256 = event["sha256"]
        self.actions = event["actions"]
        self.acted = False
        self.status = None
        self.answered_at = None

    @property
    def is_ambiguous(self):
        """Nobody on the other side can know what became of it; a gateway's word tells nothing."""
        return self.status is None or self.status in (502, 504)


class Check:
    def __init__(self, folder, holding):
        self.breaches = []
        self.holding = holding
        self.audit = [row for row in rows(os.path.join(folder, "audit.csv")) if row["message_id"]]
        self.planned = {row["action_id"] for row in rows(os.path.join(folder, "planned.csv"))}
        with open(os.path.join(folder, "doubts.txt"), encoding="utf-8") as file:
            self.doubts = {word for word in file.read().split() if word.startswith("msg_")}
        self.lives = lines(os.path.join(folder, "lives.jsonl"))
        self.calls = collections.defaultdict(dict)
        self.endpoints = {}
        for event in lines(os.path.join(folder, "receiver.jsonl")):
            self.take(event)

    def take(self, event):
        if event["kind"] == "violation":
            self.breaches.append(f"the receiver refuses to read: {event['what']}")
            return
        calls = self.calls[event["id"]]
        self.endpoints[event["id"]] = event["endpoint"]
        if event["kind"] == "read":
            calls[event["number"]] = Call(event)
        elif event["kind"] == "acted":
            calls[event["number"]].acted = True
        else:
            calls[event["number"]].status = event["status"]
            calls[event["number"]].answered_at = event["at"]

    def rate(self, endpoint, limit):
        """The most requests that an endpoint got in any window of its limit.

        The sender counts in whole seconds, so the window is a second shorter here.
        """
        most, seconds = (int(number) for number in limit.split("/"))
        times = sorted(
            call.at for message, calls in self.calls.items() if self.endpoints[message] == endpoint
            for call in calls.values())
        fastest, first = 0, 0
        for last, moment in enumerate(times):
            while moment - times[first] >= seconds - 1:
                first += 1
            fastest = max(fastest, last - first + 1)
        self.expect(fastest <= most, f"{endpoint}: {fastest} requests within {seconds - 1} s")
        return f"at most {fastest} to {endpoint} within {seconds - 1} s; {most} are allowed in {seconds} s"

    def life(self, moment):
        """The process that made a connection at a moment; None where two may have."""
        lives = (life for life in self.lives if life["from"] + BEGINNING_SECONDS <= moment <= life["to"])
        return next(lives, None)

    def run(self):
        audited = [row["action_id"] for row in self.audit]
        self.expect(len(audited) == len(set(audited)), "an action stands twice in the audit")
        self.expect(set(audited) == self.planned, "the audit lists other actions than the plans")
        messages = collections.defaultdict(list)
        for row in self.audit:
            messages[row["message_id"]].append(row)
        for message in self.calls.keys() - messages.keys():
            self.breaches.append(f"{message}: the receiver got a message that the audit does not know")
        for message, actions in messages.items():
            self.message(message, actions)
        self.unknown_ids(messages)
        return self.breaches

    def expect(self, holds, words):
        if not holds:
            self.breaches.append(words)

    def unknown_ids(self, messages):
        """Each action came under one id only, the one that the audit names."""
        belongs = {row["action_id"]: message for message, actions in messages.items() for row in actions}
        for message, calls in self.calls.items():
            for call in calls.values():
                for action in call.actions:
                    self.expect(belongs.get(action) == message, f"{action}: came under {message}")

    def message(self, message, actions):
        calls = [call for _, call in sorted(self.calls.get(message, {}).items())]
        states = {row["state"] for row in actions}
        self.expect(len(states) == 1, f"{message}: its actions are in different states")
        row = actions[0]
        state, name = row["state"], f"{message} ({row['state']}, {row['code']}, {len(calls)} calls)"
        ends = ("delivered", "rejected", "exhausted", "expired", "in_doubt")
        self.expect(state in ends, f"{name}: is left behind")
        self.expect(row["code"], f"{name}: ended without a reason")
        self.expect(len({call.sha256 for call in calls}) <= 1, f"{name}: its body was changed")
        for call in calls:
            self.expect(set(call.actions) == {row["action_id"] for row in actions}, f"{name}: carries other actions")
        self.expect(len(calls) <= int(row["attempts"]), f"{name}: {row['attempts']} attempts in the audit")
        self.expect((message in self.doubts) == (state == "in_doubt"), f"{name}: the list of doubts does not agree")
        acted = sum(call.acted for call in calls)
        taken = [call for call in calls if call.acted and call.status == 200]
        if state == "delivered":
            self.expect(taken, f"{name}: the receiver never took it")
        elif state != "in_doubt":
            self.expect(acted == 0, f"{name}: the receiver acted on it")
        # A call without a whole answer is ambiguous: it is resent and delivered in the end, or a person is asked.
        if any(call.is_ambiguous and call.acted for call in calls):
            self.expect(state in ("delivered", "in_doubt"), f"{name}: an ambiguous call is not listed")
        if row["endpoint"] in self.holding:
            self.expect(acted <= 1, f"{name}: shown {acted} times")
            self.expect(state == "in_doubt" or not any(call.is_ambiguous for call in calls), f"{name}: is not held")
            repeated = any(call.is_ambiguous for call in calls[:-1])
            self.expect(not repeated, f"{name}: sent again after an ambiguous call")
        for call, later in zip(calls, calls[1:]):
            self.repeated(name, call, later)

    def repeated(self, name, call, later):
        """A process that got an answer which settles the message never sends it again, and neither does another one,
        unless the first was killed before it could write the answer down."""
        life = self.life(call.accepted)
        if call.status not in (200, 422) or life is None:
            return
        if call.answered_at > life["to"] or call.answered_at - call.at > TIMEOUT_SECONDS:
            return
        self.expect(
            life["end"] == "SIGKILL" and self.life(later.accepted) is not life,
            f"{name}: sent again after it was settled")


def main():
    folder, holding, rate = sys.argv[1], set(sys.argv[2].split(",")) - {""}, sys.argv[3]
    check = Check(folder, holding)
    breaches = check.run()
    fastest = check.rate(*rate.split("="))
    calls = [call for calls in check.calls.values() for call in calls.values()]
    states = collections.Counter(row["state"] for row in check.audit)
    ended = ", ".join(f"{number} {state}" for state, number in states.most_common())
    print(f"actions              {len(check.planned)}: {ended}")
    print(f"requests             {len(calls)} under {len(check.calls)} ids")
    print(f"without whole answer {sum(call.status is None for call in calls)}")
    print(f"acted on             {sum(call.acted for call in calls)}")
    ends = collections.Counter(life["end"] for life in check.lives)
    print("processes            " + ", ".join(f"{n} {end}" for end, n in ends.most_common()))
    print(f"rate                 {fastest}")
    for breach in breaches[:30]:
        print("BREACH", breach)
    if len(breaches) > 30:
        print(f"BREACH ... and {len(breaches) - 30} more")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
