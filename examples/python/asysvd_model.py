#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: asysvd_model.py MODEL [ITEM=RATING...]

A model that asysvd saved, in Python with nothing but numpy: recommends to somebody who rated these items, or tells what
the model is of. As a module, `Model` predicts, recommends and folds in as the library does.
"""
import json
import re
import struct
import sys

import numpy


def read_safetensors(path):
    """The tensors of a file by name, and its notes."""
    types = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4", "U8": "u1"}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    notes = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = numpy.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, notes


class Model:
    """r̂ = μ + b_u + b_i + p_u·q_i. A profile is a dict of the user's ratings by item, both as indices."""

    def __init__(self, path):
        self.tensors, notes = read_safetensors(path)
        if notes["format"] != "asysvd model":
            raise ValueError(f"{path}: expected a model, found {notes['format']}")
        self.parts = notes["parts"].split()  # biases, explicit, implicit, weight
        self.options = json.loads(notes["options"])
        self.weight = weight_of(notes["feedback"]) if "weight" in self.parts else lambda difference: difference
        self.mean, self.least, self.greatest = self.tensors["constants"]
        self.q = self.tensors["q"]
        self.item_bias = self.tensors["item_bias"]
        self.users = self.ids("users")
        self.items = self.ids("items")

    def ids(self, kind):
        """The ids by index, as texts; none if the model was saved without."""
        if kind + ".names" not in self.tensors:
            return []
        names, offsets = self.tensors[kind + ".names"].tobytes(), self.tensors[kind + ".offsets"]
        return [names[a:b].decode(errors="replace") for a, b in zip(offsets, offsets[1:])]

    def fold_in(self, profile):
        """b_u and p_u of anybody, from a profile."""
        items = numpy.array(list(profile), int)
        ratings = numpy.array([profile[item] for item in items], float)
        factors = numpy.zeros(self.q.shape[1])
        if len(items) == 0:
            return 0.0, factors
        # Interactions are added up as they are; all else is divided by the root of their number.
        scale = 1 if "weight" in self.parts else len(items) ** -0.5
        bias = 0.0
        above = ratings
        if "biases" in self.parts:
            shrunk = len(items) + self.options["user_shrinkage"]
            bias = (ratings - self.mean - self.item_bias[items]).sum() / shrunk
            above = ratings - self.mean - self.tensors["item_baseline"][items]
            above = above - above.sum() / shrunk
        if "explicit" in self.parts:
            factors = factors + scale * (self.weight(above) @ self.tensors["x"][items])
        if "implicit" in self.parts:
            factors = factors + scale * self.tensors["y"][items].sum(axis=0)
        return bias, factors

    def scores(self, profile, user=None):
        """Of all items, for anybody, or for that user of the training, whose bias was learned."""
        bias, factors = self.fold_in(profile)
        if user is not None:
            bias = self.tensors["user_bias"][user]
        return self.mean + bias + self.item_bias + self.q @ factors

    def predict(self, profile, item, user=None):
        """The rating to be expected."""
        return min(max(self.scores(profile, user)[item], self.least), self.greatest)

    def recommend(self, profile, count=10, user=None):
        """The best items that are not in the profile, and their scores, best first."""
        scores = self.scores(profile, user)
        scores[list(profile)] = -numpy.inf
        best = numpy.argsort(-scores, kind="stable")[: min(count, len(scores) - len(profile))]
        return [(int(item), float(scores[item])) for item in best]


def weight_of(text):
    """What an interaction counts in a model for ranking: binary(), at_least(threshold) or weighted()."""
    threshold = re.fullmatch(r"at_least\((.*)\)", text)
    if threshold:
        return lambda ratings: (ratings >= float(threshold[1])).astype(float)
    return {"binary()": numpy.ones_like, "weighted()": lambda ratings: ratings}[text]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    model = Model(sys.argv[1])
    print(f"{len(model.q)} items, {len(model.tensors['user_bias'])} users, {model.q.shape[1]} factors")
    index = {name: place for place, name in enumerate(model.items)}
    profile = {}
    for rated in sys.argv[2:]:
        item, _, rating = rated.rpartition("=")
        if item not in index:
            sys.exit(f"{item}: the model does not know it")
        profile[index[item]] = float(rating)
    for item, score in model.recommend(profile):
        print(f"{score:8.3f}  item {model.items[item] if model.items else item}")


if __name__ == "__main__":
    main()
