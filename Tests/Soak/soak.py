"""Kills retier hundreds of times while it delivers to a faulty receiver; scripts/soak starts it.

usage: soak.py --retier PATH --folder DIR --seed N --kills N --members N

Leaves in the folder what check.py reads, runs it, and ends with its exit code.
"""

import argparse
import base64
import json
import os
import random
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENDPOINTS = {
    "crm": "batch: 1, concurrency: 3, breaker: {failures: 8, open: 1s}",
    "sms": "batch: 3, concurrency: 2", "staff": "batch: 5, concurrency: 2, rate: [40/5s]",
    # Robots cannot tell a repeat; a webhook that holds stands for them.
    "robot": "batch: 2, concurrency: 1, on_doubt: hold",
}
MONTHS = ["2026-%02d" % month for month in range(1, 13)]
LAST_DAY = {"02": "28", "04": "30", "06": "30", "09": "30", "11": "30"}
# One SIGTERM to so many SIGKILLs.
KILLS_TO_A_TERM = 12

CONFIGURATION = """brand: soak
title: {{zh: 浸泡, en: Soak}}
language: en
time_zone: UTC
currency: CNY
tiering:
  weights: {{spend: 40, frequency: 30, recency: 20, price_sensitivity: 10}}
  ladder:
    - {{id: core, title: {{zh: 甲, en: A}}, entry: {{top: 20%}}}}
    - {{id: base, title: {{zh: 乙, en: B}}, entry: everyone}}
  stability: {{keep: 90%, confirming_runs: 2, max_steps_down: 1}}
  lifecycle: {{new: P30D, cooling: P60D, dormant: P90D, lost: P365D}}
endpoints:
{endpoints}
channels:
{channels}
guards:
  max_data_age: off
  max_row_fall: off
  max_actions: off
  max_action_share: off
  max_action_growth: off
  max_demotion_share: off
  max_cost: off
"""


class Soak:
    def __init__(self, options):
        self.retier_path = options.retier
        self.folder = options.folder
        self.brand = os.path.join(options.folder, "brand")
        self.kills = options.kills
        self.members = options.members
        self.random = random.Random(options.seed)
        self.seed = options.seed
        self.lives = []
        self.killed = 0
        self.terminated = 0
        self.problems = []
        self.environment = {**os.environ, "RETIER_BRAND": self.brand, "TZ": "UTC"}

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def retier(self, *arguments, codes=(0,)):
        run = subprocess.run(
            [self.retier_path, *arguments], env=self.environment, text=True, capture_output=True, check=False)
        if run.returncode not in codes:
            raise SystemExit(f"retier {' '.join(arguments)}: exit {run.returncode}\n{run.stdout}{run.stderr}")
        return run

    # The brand

    def configure(self, port):
        retries = ", ".join(["1s"] * 25)
        endpoints = "\n".join(
            f'  {name}: {{kind: webhook, url: "http://127.0.0.1:{port}/hooks/{name}", '
            f"secret: {{file: secrets/key}}, timeout: 2s, retry: [{retries}], {options}}}"
            for name, options in ENDPOINTS.items())
        channels = "\n".join(
            f"  {name}: {{title: {{zh: {name}, en: {name}}}, endpoint: {name}, consent: none, max_bytes: 2048}}"
            for name in ENDPOINTS)
        self.write("brand/retier.yaml", CONFIGURATION.format(endpoints=endpoints, channels=channels))
        for name in ENDPOINTS:
            self.write(f"brand/playbooks/{name}.yaml", self.playbook(name))
        self.retier("check")

    @staticmethod
    def playbook(name):
        return (
            f"playbook: soak-{name}\ntitle: {{zh: {name}, en: {name}}}\nversion: 1\non: refresh\npriority: base\n"
            "rank: 1\nwhen:\n  all:\n    - tier in [core, base]\nsteps:\n"
            f"  - {{id: send, do: care, via: {name}, template: soak}}\n")

    def world(self):
        people = ["member_id,joined_at"]
        orders = ["order_id,member_id,ordered_at,amount"]
        for number in range(self.members):
            people.append(f"M{number:05},2025-01-01")
            for order in range(self.random.randint(1, 4)):
                day = f"2025-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
                orders.append(f"O{number:05}-{order},M{number:05},{day},{self.random.randint(10, 900)}.00")
        self.retier("import", "members", self.write("members.csv", "\n".join(people) + "\n"))
        self.retier("import", "orders", self.write("orders.csv", "\n".join(orders) + "\n"))

    def receiver(self):
        secret = "whsec_" + base64.b64encode(self.random.randbytes(32)).decode()
        path = self.write("brand/secrets/key", secret + "\n", 0o600)
        process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "receiver.py"), "--log", self.path("receiver.jsonl"),
             "--secret-file", path, "--seed", str(self.seed)], stdout=subprocess.PIPE, text=True)
        port, checker = process.stdout.readline().split()
        return process, int(port), checker

    # Lives and deaths

    def live(self, *arguments, death=True):
        """Starts retier and ends it at a drawn moment, or lets it end by itself."""
        started = time.time()
        process = subprocess.Popen(
            [self.retier_path, *arguments], env=self.environment, text=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        end = None
        if death:
            gently = self.random.random() < 1 / KILLS_TO_A_TERM
            moment = self.random.uniform(0.15, 0.6) if gently else self.random.uniform(0.01, 0.6)
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                end = "SIGTERM" if gently else "SIGKILL"
                process.send_signal(signal.SIGTERM if gently else signal.SIGKILL)
        try:
            _, errors = process.communicate(timeout=600)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
            end = "SIGKILL"
            self.problems.append("a delivery did not end within ten minutes")
        code = process.returncode
        if end == "SIGKILL" and code == -signal.SIGKILL:
            self.killed += 1
        elif end == "SIGTERM":
            self.terminated += 1
            self.after_term(code, errors)
        else:
            # It had ended before the signal came, or was not to be killed.
            end = f"exit {code}"
            if code not in (0, 3, 75):
                self.problems.append(f"retier {' '.join(arguments)}: exit {code}: {errors.strip()[-300:]}")
        self.lives.append({"from": started, "to": time.time(), "end": end, "code": code})
        return code

    def after_term(self, code, errors):
        if code not in (0, 3, 75):
            self.problems.append(f"SIGTERM: exit {code}: {errors.strip()[-300:]}")
        rows = self.retier("audit", "--state", "sending", "--format", "csv").stdout.strip().split("\n")[1:]
        if rows:
            self.problems.append(f"SIGTERM left {len(rows)} actions claimed")

    def round(self, month, goal):
        """Plans a month, applies it and delivers, until so many processes have been killed in all."""
        plan = self.path(f"{month}.plan")
        self.retier("plan", "refresh", "--as-of", f"{month}-{LAST_DAY.get(month[-2:], '31')}", "-o", plan)
        shown = self.retier("show", plan, "--format", "csv", "--verdict", "send").stdout
        planned = self.path("planned.csv")
        with open(planned, "a", encoding="utf-8") as file:
            file.write(shown if os.path.getsize(planned) == 0 else shown.split("\n", 1)[1])
        quiet = 0
        committed = False
        while self.killed < goal and quiet < 3:
            # A delivery of the month before would make a plan stale that is not committed yet.
            command = ["apply", plan] if not committed or self.random.random() < 0.3 else ["deliver"]
            code = self.live(*command)
            committed = committed or self.is_committed(month)
            # Everything is delivered: the next month brings more.
            quiet = quiet + 1 if code in (0, 3) and command == ["deliver"] else 0
            if sys.stdout.isatty():
                print(f"\r{self.killed} of {self.kills} killed", end="", flush=True)
        self.retier("apply", plan, "--no-deliver")

    def is_committed(self, month):
        status = json.loads(self.retier("status", "--json", codes=(0, 3)).stdout)
        return any(run["period"] == month for run in status["runs"])

    def run(self):
        self.retier("init", self.brand)
        for folder in ("playbooks", "templates"):
            for base, _, names in os.walk(os.path.join(self.brand, folder)):
                for name in names:
                    os.remove(os.path.join(base, name))
        self.write("brand/templates/soak.zh.mustache", "您好 {{member_id}}")
        self.write("brand/templates/soak.en.mustache", "Hello {{member_id}}")
        self.write("planned.csv", "")
        receiver, port, checker = self.receiver()
        try:
            self.configure(port)
            self.world()
            print(f"signatures are checked by {'the package standardwebhooks' if checker != 'own' else 'own code'}")
            for number, month in enumerate(MONTHS):
                if self.killed >= self.kills:
                    break
                self.round(month, min(self.kills, (number + 1) * -(-self.kills // 3)))
            for _ in range(30):
                if self.live("deliver", death=False) in (0, 3):
                    break
        finally:
            receiver.terminate()
            receiver.wait()
        return self.verdict()

    def verdict(self):
        if sys.stdout.isatty():
            print("\r", end="")
        self.write("audit.csv", self.retier("audit", "--format", "csv").stdout)
        self.write("doubts.txt", self.retier("doubts", "list", codes=(0, 3)).stdout)
        self.write("lives.jsonl", "".join(json.dumps(life) + "\n" for life in self.lives))
        verified = self.retier("audit", "verify", codes=(0, 65))
        holding = ",".join(name for name in ENDPOINTS if "hold" in ENDPOINTS[name])
        check = subprocess.run(
            [sys.executable, os.path.join(HERE, "check.py"), self.folder, holding, "staff=40/5"], check=False)
        print(f"audit verify         {verified.stderr.strip() or verified.stdout.strip()}")
        if verified.returncode != 0:
            self.problems.append("the audit trail does not hold")
        if self.killed < self.kills:
            self.problems.append(f"only {self.killed} of {self.kills} kills: take more members")
        for problem in self.problems:
            print("BREACH", problem)
        return 1 if self.problems or check.returncode != 0 else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retier", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--members", type=int, required=True)
    return Soak(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
