"""The functions that are cached, as in subject.mjs."""
import time

from helper import helper

factor = 2


class Point:
    def __init__(self, x):
        self.x = x


def slow(n):
    total = n
    for i in range(5000000):
        total = (total * 31 + i) % 1000003
    return total


def slow_of(given):
    return slow(given["n"])


def edited(n):
    return n + 1


def helps(n):
    return helper(n)


def scaled(n):
    return n * factor


def reads(file):
    with open(file) as opened:
        return opened.read()


def doubled(given):
    return given["n"] * 2


def listed(n):
    return {"list": [n]}


def says(text):
    print(text)
    return len(text)


def stamped(n):
    return n + time.perf_counter()


def built(n):
    return {"map": {n: 2}, "when": time.gmtime(0), "point": Point(n)}
