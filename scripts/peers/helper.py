"""A function that another module calls: one program edits it."""


def helper(n):
    return n + 10
