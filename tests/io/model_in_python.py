#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: model_in_python.py WRITE_MODEL [PROGRAM]

Holds examples/python/asysvd_model.py to what the library answers: of a small model that WRITE_MODEL saves, for users of
the training and for anybody, and of models of every other kind that PROGRAM trains.
"""
import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    print("skipped: numpy is not there")
    sys.exit(77)

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(root, "examples", "python"))
sys.dont_write_bytecode = True
import asysvd_model  # noqa: E402


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()


def near(a, b):
    return numpy.allclose(a, b, rtol=1e-4, atol=1e-4)


def check_small(path, expected):
    model = asysvd_model.Model(path)
    assert model.users == expected["user_ids"] and model.items == expected["item_ids"]
    assert any(expected["profiles"]) and not all(expected["profiles"]), "no empty profile is among them"
    for user, entries in enumerate(expected["profiles"]):
        profile = dict(entries)
        assert near(model.scores(profile, user), expected["scores"][user]), user
        assert near(model.scores(profile), expected["folded_scores"][user]), user
        assert not near(model.scores(profile, user), model.scores(profile)) or not entries, "no bias was learned"
        predicted = [model.predict(profile, item) for item in range(len(model.q))]
        assert near(predicted, expected["folded_predictions"][user]), user
        recommended = model.recommend(profile, 3, user)
        assert [item for item, _ in recommended] == [item for item, _ in expected["recommended"][user]]
        assert near([score for _, score in recommended], [score for _, score in expected["recommended"][user]])


def check_kind(program, ratings, *options):
    output_of(program, "train", "--ratings", ratings, "--factors", "4", "--save", "model", *options)
    model = asysvd_model.Model("model")
    with open(ratings) as file:
        rows = [line.strip().split(",") for line in file][1:]
    user = rows[-1][0]
    profile = {model.items.index(item): float(rating) for one, item, rating in rows if one == user}
    output_of(program, "recommend", "--model", "model", "--ratings", ratings, "--user", user, "--top", "50", "--json", "top")
    with open("top") as file:
        expected = json.load(file)["recommendations"]
    found = model.recommend(profile, 50)
    assert [model.items[item] for item, _ in found[:5]] == [entry["item"] for entry in expected[:5]], options
    assert near([score for _, score in found], [entry["score"] for entry in expected]), options


def check_page(expected):
    """As it is run by hand."""
    page = os.path.join(root, "examples", "python", "asysvd_model.py")
    item = expected["item_ids"][0]
    lines = output_of(sys.executable, page, "model.safetensors", item + "=4").splitlines()
    assert lines[0] == "5 items, 6 users, 5 factors", lines
    assert len(lines) == 5 and not any(line.endswith("item " + item) for line in lines[1:]), lines


def main():
    write_model, program = [os.path.abspath(path) for path in sys.argv[1:3]] + [None] * (3 - len(sys.argv))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        expected = json.loads(output_of(write_model, "model.safetensors"))
        check_small("model.safetensors", expected)
        check_page(expected)
        if program is None:
            print("the program is not there: models of other kinds were left out")
            return
        output_of(program, "generate", "--shape", "movielens-100k", "--to", "all.csv")
        with open("all.csv") as file, open("ratings.csv", "w") as some:
            some.writelines(file.readlines()[:20001])
        for feedback in "full", "explicit", "implicit", "raw":
            check_kind(program, "ratings.csv", "--feedback", feedback, "--epochs", "3")
        ranking = ["--objective", "ranking", "--ridge", "50"]
        check_kind(program, "ratings.csv", *ranking)
        check_kind(program, "ratings.csv", *ranking, "--threshold", "3.5")
        os.chdir(root)


main()
