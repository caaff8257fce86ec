#!/usr/bin/env python3
"""Makes prediction-draws.csv and gamma-values.csv: what the lifetime models must say, in high-precision arithmetic.

Needs mpmath (PyPI). Run it in this folder: python3 draws.py
Uses the published forms only, not the ones that retier uses:
  BG/NBD   Fader, Hardie and Lee (Marketing Science 24(2), 2005): equations (6) and (10), with Gauss's hypergeometric
           function; p_alive after Hardie's note 021.
  MBG/NBD  Batislam, Denizel and Filiztekin (2007), with b + x + 1 where BG/NBD has b + x.
Every value is computed with 60 and with 90 digits, and both must agree to 25.
"""
import csv
import math
import random

import mpmath
from mpmath import mp, mpf


def alive(kind, r, alpha, a, b, x, t_x, T):
    chances = x + (1 if kind == "mbg-nbd" else 0)
    if chances == 0:
        return mpf(1)
    return 1 / (1 + a / (b + chances - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x))


def expected(kind, r, alpha, a, b, x, t_x, T, t):
    stay = b + x + (1 if kind == "mbg-nbd" else 0)
    z = t / (alpha + T + t)
    h = mpmath.hyp2f1(r + x, stay, a + stay - 1, z, maxterms=10**7, maxprec=10**5)
    bracket = 1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * h
    return (a + stay - 1) / (a - 1) * bracket * alive(kind, r, alpha, a, b, x, t_x, T)


def log_likelihood(kind, r, alpha, a, b, x, t_x, T):
    chances = x + (1 if kind == "mbg-nbd" else 0)
    rates = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r
    active = mpmath.beta(a, b + chances) / mpmath.beta(a, b) / (alpha + T) ** (r + x)
    left = 0
    if chances > 0:
        left = mpmath.beta(a + 1, b + chances - 1) / mpmath.beta(a, b) / (alpha + t_x) ** (r + x)
    return mpmath.log(rates * (active + left))


def twice(function, *arguments):
    """The value with 60 and 90 digits; both must agree."""
    results = []
    for digits in (60, 90):
        mp.dps = digits
        # A value near the pole loses as many digits as a is near 1, so it is given more.
        with mpmath.workdps(digits + 40):
            results.append(+function(*arguments))
    if not mpmath.isfinite(results[1]):
        raise SystemExit(f"not a number: {function.__name__} {arguments}")
    if abs(results[0] - results[1]) > abs(results[1]) * mpf(10) ** -25:
        if abs(results[1]) < mpf(10) ** -80:
            return "0"  # the likelihood of no history at all
        raise SystemExit(f"60 and 90 digits differ: {function.__name__} {arguments}")
    return mpmath.nstr(results[1], 20, strip_zeros=False, min_fixed=-4, max_fixed=8)


def logarithmic(low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


def draw(number):
    r, alpha = logarithmic(0.03, 10), logarithmic(0.3, 100)
    a, b = logarithmic(1e-5, 6), logarithmic(0.01, 1000)
    if number % 5 == 0:  # on the pole of the published form, and beside it
        a = 1 + random.choice([-1, 1]) * random.choice([0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3])
    if number % 7 == 0:  # on the pole at a + b + x = 1, and beside it
        b = max(1 - a + random.choice([0, 1e-12, 1e-6]), 0.01)
    T = random.choice([random.randint(0, 40), random.randint(0, 2000)])
    x = random.choice([0, 0, 1, 2, random.randint(0, 30), random.randint(0, 3000)])
    t_x = random.randint(min(x, 1), max(T, 1)) if x else 0
    T = max(T, t_x)
    t = random.choice([0, 7, 91, 91, 91, 364, random.randint(1, 800)])
    return [float("%.16g" % value) for value in (r, alpha, a, b)], x, t_x, T, t


def write_draws():
    random.seed(20261128)
    with open("prediction-draws.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("model r alpha a b x recency_days T_days t_days p_alive expected_purchases log_likelihood".split())
        for number in range(2000):
            kind = "bg-nbd" if number % 4 else "mbg-nbd"
            parameters, x, t_x, T, t = draw(number)
            exact = [mpf(value) for value in parameters]
            mp.dps = 100
            weeks = [mpf(days) / 7 for days in (t_x, T, t)]
            # The published form has poles at a = 1 and a + b + x = 1. The value has none: beside them, at a distance of
            # 1e-40, it differs by less than what is compared.
            if exact[2] == 1:
                exact[2] += mpf(10) ** -40
            if exact[2] + exact[3] + x + (kind == "mbg-nbd") == 1:
                exact[3] += mpf(10) ** -40
            state = [kind, *exact, x, weeks[0], weeks[1]]
            values = [twice(alive, *state), twice(expected, *state, weeks[2]), twice(log_likelihood, *state)]
            writer.writerow([kind, *map(repr, parameters), x, t_x, T, t, *values])


def write_gammas():
    random.seed(6)
    mp.dps = 40
    points = [0.5, 1.0, 1.4616321449683622, 2.0, 3.5, 15.999999999999998, 16.0, 1e-8, 1e8]
    points += [logarithmic(1e-4, 1e5) for _ in range(300)]
    with open("gamma-values.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["x", "logarithm", "digamma", "trigamma"])
        for x in points:
            values = [mpmath.loggamma(mpf(x)), mpmath.psi(0, mpf(x)), mpmath.psi(1, mpf(x))]
            writer.writerow([repr(x), *(mpmath.nstr(value, 20) for value in values)])


if __name__ == "__main__":
    write_draws()
    write_gammas()
