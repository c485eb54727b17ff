"""One step of a row for joblib, as step.mjs: `python step.py ROW`."""
import json
import sys
import time

from joblib import Memory, expires_after

import subject

memory = Memory("./cache-of-joblib", verbose=0)


def work(call):
    began = time.process_time()
    call()
    return (time.process_time() - began) * 1000


def variable():
    f = memory.cache(subject.scaled)
    f(1)
    subject.factor = 3
    return f(1)


def file():
    f = memory.cache(subject.reads)
    with open("data.txt", "w") as opened:
        opened.write("old")
    f("data.txt")
    with open("data.txt", "w") as opened:
        opened.write("new")
    return f("data.txt")


def equal_arguments():
    f = memory.cache(subject.slow_of)
    return [work(lambda: f({"n": 1})), work(lambda: f({"n": 1}))]


def changed_argument():
    f = memory.cache(subject.doubled)
    given = {"n": 1}
    f(given)
    given["n"] = 2
    return f(given)


def changed_result():
    f = memory.cache(subject.listed)
    f(1)["list"].append(2)
    return len(f(1)["list"])


def prints():
    f = memory.cache(subject.says)
    f("said")
    return f("said")


def clock():
    f = memory.cache(subject.stamped)
    return [f(1), f(1)]


def classes():
    built = memory.cache(subject.built)(1)
    return [isinstance(built["map"], dict), isinstance(built["when"], time.struct_time), isinstance(built["point"], subject.Point)]


def time_to_live():
    f = memory.cache(subject.slow, cache_validation_callback=expires_after(seconds=1))
    times = [work(lambda: f(2)), work(lambda: f(2))]
    time.sleep(2.5)
    return [*times, work(lambda: f(2))]


def fast_hit():
    f = memory.cache(subject.doubled)
    f({"n": 1})
    calls = 500
    return work(lambda: [f({"n": 1}) for _ in range(calls)]) * 1000 / calls


ROWS = {
    "next-run": lambda: work(lambda: memory.cache(subject.slow)(1)),
    "own-edit": lambda: memory.cache(subject.edited)(1),
    "helper-edit": lambda: memory.cache(subject.helps)(1),
    "variable": variable,
    "file": file,
    "equal-arguments": equal_arguments,
    "changed-argument": changed_argument,
    "changed-result": changed_result,
    "prints": prints,
    "clock": clock,
    "classes": classes,
    "time-to-live": time_to_live,
    "fast-hit": fast_hit,
}

print(json.dumps(ROWS[sys.argv[1]]()))
