#!/usr/bin/env python3
"""Makes the CSV files of this folder: what distributions, tests and intervals must say, by other programs.

Needs mpmath, scipy, statsmodels and gbstats (PyPI). Run it in this folder: python3 references.py
  distributions.csv        tails and quantiles with 40 digits (mpmath), by integrals that retier does not use
  proportions.csv          z tests and Newcombe intervals (statsmodels)
  means.csv                Welch tests of drawn samples (scipy), from n, mean and standard deviation
  covariates.csv           CUPED on drawn samples, from the raw numbers with numpy
  ratios.csv               chi-square tests of fit (scipy)
  holm.csv                 corrected p-values (statsmodels)
  sequences.csv            sequential intervals (gbstats of GrowthBook)
"""
import csv
import random

import mpmath
import numpy
import scipy.stats
from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic
from mpmath import mp
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

mp.dps = 40
draw = random.Random(20261128)


def write(name, columns, rows):
    with open(name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def digits(value):
    return mpmath.nstr(value, 20, strip_zeros=False, min_fixed=-4, max_fixed=8)


def normal_tail(z):
    return mpmath.ncdf(-z)


def student_tails(t, df):
    # The density of the t distribution integrated from t on: twice that, by mpmath's quadrature in a mapped variable.
    t, df = mpmath.mpf(t), mpmath.mpf(df)
    constant = mpmath.gamma((df + 1) / 2) / mpmath.gamma(df / 2) / mpmath.sqrt(df * mpmath.pi)
    # s = t + u / (1 - u) would do; the regularised beta function of mpmath is quicker and is checked by it.
    value = mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True)
    if df < 200 and t < 20:
        check = 2 * constant * mpmath.quad(
            lambda s: (1 + s * s / df) ** (-(df + 1) / 2), [t, t + 1, t + 10, t + 1000, mpmath.inf])
        assert abs(check - value) < mpmath.mpf(10) ** -12 * value, (t, df)
    return value


def chi_square_tail(x, df):
    return mpmath.gammainc(mpmath.mpf(df) / 2, mpmath.mpf(x) / 2, mpmath.inf, regularized=True)


def distributions():
    rows = []
    for z in [-8, -3.5, -1, -0.1, 0, 0.3, 1, 1.959963984540054, 2.5, 4, 6, 10, 22.5, 37]:
        rows.append(["normal", "", repr(float(z)), digits(normal_tail(z))])
    for p in ["0.4999", "0.3", "0.1", "0.025", "0.005", "0.001", "0.00001", "1e-12", "1e-100", "0.7", "0.975"]:
        q = mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * mpmath.mpf(p)) if mpmath.mpf(p) > 1e-20 else mpmath.findroot(
            lambda z: mpmath.log(mpmath.ncdf(-z)) - mpmath.log(mpmath.mpf(p)), 21)
        rows.append(["normal-quantile", "", p, digits(q)])
    degrees = [1, 1.5, 2, 3.7, 5, 12, 29.3, 40, 41, 100, 999.5, 36671.1579773605, 1000000]
    for df in degrees:
        for t in [0.001, 0.2, 1, 1.7, 1.8, 2, 3.5, 5.3, 12, 30]:
            value = student_tails(t, df)
            if value > mpmath.mpf(10) ** -250:
                rows.append(["student", repr(float(df)), repr(float(t)), digits(value)])
        for p in ["0.5", "0.1", "0.05", "0.01", "0.0001"]:
            start = scipy.stats.t.isf(float(p) / 2, df)
            q = mpmath.findroot(lambda t: mpmath.log(mpmath.betainc(
                mpmath.mpf(df) / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True)) - mpmath.log(mpmath.mpf(p)),
                mpmath.mpf(start))
            rows.append(["student-quantile", repr(float(df)), p, digits(q)])
    for df in [1, 2, 3, 4, 7, 10, 30]:
        for x in [0.001, 0.5, 1, 2.9, 3, 8, 10.827566170662733, 20, 60, 200]:
            rows.append(["chi-square", str(df), repr(float(x)), digits(chi_square_tail(x, df))])
    write("distributions.csv", ["kind", "df", "argument", "value"], rows)


def proportions():
    rows = []
    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10),
             (10, 10, 0, 20), (10, 10, 0, 10)]
    for _ in range(60):
        n, m = draw.randint(5, 40000), draw.randint(5, 40000)
        rate = draw.choice([0.003, 0.05, 0.3, 0.7])
        cases.append((sum(draw.random() < rate for _ in range(n)), n, sum(draw.random() < rate * 1.1 for _ in range(m)), m))
    for a, n, b, m in cases:
        z, p = (0.0, 1.0) if a + b in (0, n + m) else proportions_ztest([a, b], [n, m])
        low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
        rows.append([a, n, b, m] + [repr(float(v)) for v in (z, p, low, high)])
    write("proportions.csv", ["a", "n", "b", "m", "z", "p", "low", "high"], rows)


def samples(n, spread):
    return [round(draw.lognormvariate(3, spread), 2) if draw.random() < 0.4 else 0.0 for _ in range(n)]


def means():
    rows = []
    for _ in range(25):
        a, b = samples(draw.randint(5, 400), 0.6), samples(draw.randint(5, 400), 1.1)
        if numpy.std(a) + numpy.std(b) == 0:
            continue
        result = scipy.stats.ttest_ind(a, b, equal_var=False)
        interval = result.confidence_interval(0.95)
        rows.append([" ".join(map(repr, a)), " ".join(map(repr, b))]
                    + [repr(float(v)) for v in (result.statistic, result.df, result.pvalue, interval.low, interval.high)])
    write("means.csv", ["treated", "control", "t", "df", "p", "low", "high"], rows)


def covariates():
    rows = []
    for _ in range(20):
        groups = []
        for shift in (0.5, 0):
            n = draw.randint(10, 120)
            x = [round(draw.lognormvariate(3, 0.7), 2) for _ in range(n)]
            groups.append(([round(0.4 * v + draw.gauss(shift, 8), 2) for v in x], x))
        (ya, xa), (yb, xb) = groups
        y, x = numpy.array(ya + yb), numpy.array(xa + xb)
        theta = numpy.cov(y, x, ddof=1)[0, 1] / numpy.var(x, ddof=1)
        adjusted = y - theta * (x - x.mean())
        first, second = adjusted[:len(ya)], adjusted[len(ya):]
        result = scipy.stats.ttest_ind(first, second, equal_var=False)
        before = numpy.var(ya, ddof=1) / len(ya) + numpy.var(yb, ddof=1) / len(yb)
        after = numpy.var(first, ddof=1) / len(first) + numpy.var(second, ddof=1) / len(second)
        rows.append([" ".join(map(repr, v)) for v in (ya, xa, yb, xb)]
                    + [repr(float(v)) for v in (theta, first.mean() - second.mean(), result.statistic, result.pvalue,
                                                1 - after / before)])
    write("covariates.csv", ["treated", "treated_before", "control", "control_before", "theta", "difference", "t", "p",
                             "reduction"], rows)


def ratios():
    rows = []
    for shares in ([0.5, 0.5], [0.9, 0.1], [0.45, 0.45, 0.1], [0.25, 0.25, 0.25, 0.25]):
        for drift in (0, 0.01, 0.05):
            n = draw.randint(50, 100000)
            skewed = [s * (1 + (drift if i == 0 else 0)) for i, s in enumerate(shares)]
            observed = list(numpy.random.default_rng(n).multinomial(n, [s / sum(skewed) for s in skewed]))
            expected = [s * n for s in shares]
            result = scipy.stats.chisquare(observed, expected)
            rows.append([" ".join(map(str, observed)), " ".join(repr(float(v)) for v in expected),
                         repr(float(result.statistic)), repr(float(result.pvalue))])
    write("ratios.csv", ["observed", "expected", "statistic", "p"], rows)


def holm():
    rows = []
    for count in (1, 2, 3, 5, 12):
        for _ in range(4):
            values = [draw.choice([draw.random(), draw.random() / 50, 0.01]) for _ in range(count)]
            adjusted = multipletests(values, method="holm")[1]
            rows.append([" ".join(map(repr, values)), " ".join(repr(float(v)) for v in adjusted)])
    write("holm.csv", ["values", "adjusted"], rows)


def sequences():
    rows = []
    for tuned in (5000, 300):
        for n, m in ((100, 400), (1000, 9000), (50000, 50000), (30, 30)):
            a = SampleMeanStatistic(n=n, sum=n * 0.2, sum_squares=n * 1.3)
            b = SampleMeanStatistic(n=m, sum=m * 0.25, sum_squares=m * 1.9)
            test = SequentialTwoSidedTTest(a, b, SequentialConfig(difference_type="absolute", sequential_tuning_parameter=tuned)
                                           if "difference_type" in SequentialConfig.__dataclass_fields__
                                           else SequentialConfig(sequential_tuning_parameter=tuned))
            low, high = test.confidence_interval
            rows.append([tuned, n + m] + [repr(float(v)) for v in (test.point_estimate, test.variance ** 0.5, low, high)])
    write("sequences.csv", ["tuned", "members", "difference", "error", "low", "high"], rows)


for make in (distributions, proportions, means, covariates, ratios, holm, sequences):
    make()
