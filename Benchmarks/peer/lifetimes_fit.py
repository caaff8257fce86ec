"""Makes purchase histories, and fits and predicts them with lifetimes; run by Benchmarks/lifetime in its environment.

lifetimes_fit.py make FILE MEMBERS           histories of BG/NBD members over 78 weeks, with a fixed seed
lifetimes_fit.py fit FILE plain|collapsed    fits, predicts 13 weeks, prints what it took and came to as JSON
lifetimes_fit.py judge FILE r alpha a b ...  the log-likelihood of parameters, four numbers each, as a JSON list
"""

import json
import sys
import time
import warnings

import numpy as np


def make(path, members):
    """Members join on any day of 78 weeks, buy at gamma distributed rates, and leave with a chance of their own."""
    draw = np.random.default_rng(20261128)
    r, alpha, a, b = 0.3, 6.0, 0.7, 2.4
    age = draw.integers(0, 78 * 7, members)
    rate = draw.gamma(r, 1 / alpha, members)
    leaving = draw.beta(a, b, members)
    now = np.zeros(members)
    repeats = np.zeros(members, dtype=np.int64)
    recency = np.zeros(members, dtype=np.int64)
    alive = rate > 0
    while alive.any():
        active = np.flatnonzero(alive)
        now[active] += draw.exponential(1 / rate[active])
        days = np.floor(now[active] * 7)
        within = days <= age[active]
        alive[active[~within]] = False
        buying = active[within]
        # Several purchases of a day are one purchase day, and the first day is not a repeat.
        fresh = days[within] > recency[buying]
        repeats[buying] += fresh
        recency[buying] = np.maximum(recency[buying], days[within].astype(np.int64))
        alive[buying[draw.random(len(buying)) < leaving[buying]]] = False
    table = np.column_stack([repeats, recency, age])
    np.savetxt(path, table, fmt="%d", delimiter=",", header="repeats,recency,age", comments="")


def load(path):
    import pandas

    return pandas.read_csv(path)


def fit(path, how):
    warnings.filterwarnings("ignore")
    from lifetimes import BetaGeoFitter

    table = load(path)
    started = time.perf_counter()
    weights = None
    rows = table
    if how == "collapsed":
        rows = table.groupby(["repeats", "recency", "age"]).size().reset_index(name="weight")
        weights = rows["weight"]
    model = BetaGeoFitter(penalizer_coef=0.0)
    model.fit(rows["repeats"], rows["recency"] / 7, rows["age"] / 7, weights=weights)
    fitted = time.perf_counter()
    expected = model.conditional_expected_number_of_purchases_up_to_time(
        13, table["repeats"], table["recency"] / 7, table["age"] / 7)
    alive = model.conditional_probability_alive(table["repeats"], table["recency"] / 7, table["age"] / 7)
    predicted = time.perf_counter()
    print(json.dumps({
        "fit_seconds": fitted - started, "predict_seconds": predicted - fitted, "rows": len(rows),
        **{name: float(model.params_[name]) for name in ("r", "alpha", "a", "b")},
        "expected": float(np.sum(expected)), "alive": float(np.sum(alive))}))


def judge(path, numbers):
    """The same arithmetic for everybody's parameters, in log space."""
    from scipy.special import betaln, gammaln

    table = load(path)
    x, t, T = table["repeats"].to_numpy(), table["recency"].to_numpy() / 7, table["age"].to_numpy() / 7
    sums = []
    for r, alpha, a, b in np.reshape(numbers, (-1, 4)):
        rates = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        active = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
        left = np.where(
            x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t), -np.inf)
        sums.append(float(np.sum(rates + np.logaddexp(active, left))))
    print(json.dumps(sums))


if __name__ == "__main__":
    command, path, *rest = sys.argv[1:]
    if command == "make":
        make(path, int(rest[0]))
    elif command == "fit":
        fit(path, rest[0])
    else:
        judge(path, [float(number) for number in rest])
