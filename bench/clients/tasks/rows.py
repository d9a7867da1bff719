"""Rows of the tasks beside this file."""


def with_choices(rows):
    """A question's answer, and those of the three rows after it."""
    answers = rows["answer"]
    return rows.map(
        lambda _, i: {"choices": [answers[(i + k) % len(answers)] for k in range(4)]}, with_indices=True
    )
