#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: read_model.py WRITE_MODEL

Reads a saved model with nothing but Python's own library, as its documentation says that anybody can, and compares
every tensor, the ids and the checksum with what the program that saved it says.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile


def checksum_of(data):
    def mixed(lane, word):
        rotated = (lane << 29 | lane >> 35) % 2**64
        return (rotated ^ word) * 0x100000001B3 % 2**64

    words = struct.iter_unpack("<Q", data + bytes(-len(data) % 64))
    lanes = [0xCBF29CE484222325 + lane for lane in range(8)]
    for place, (word,) in enumerate(words):
        lanes[place % 8] = mixed(lanes[place % 8], word)
    value = len(data)
    for lane in lanes:
        value = mixed(value, lane)
    return value


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        return length, header, file.read()


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        printed = subprocess.run([sys.argv[1], path], check=True, stdout=subprocess.PIPE).stdout
        expected = json.loads(printed)
        length, header, data = read(path)

    assert length % 8 == 0, "the tensors are not aligned"
    metadata = header.pop("__metadata__")
    assert all(isinstance(text, str) for text in metadata.values())
    assert metadata["format"] == "asysvd model" and metadata["format_version"] == "1"
    assert metadata["parts"] == "biases explicit implicit"
    assert json.loads(metadata["options"])["schedule"] == "cosine(0.25)"

    formats = {"F32": ("f", 4), "F64": ("d", 8), "I64": ("q", 8), "U8": ("B", 1)}
    tensors, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        code, size = formats[entry["dtype"]]
        begin, stop = entry["data_offsets"]
        assert begin == end and begin % size == 0, name + " leaves a gap or is not aligned"
        end = stop
        tensors[name] = struct.unpack("<%d%s" % ((stop - begin) // size, code), data[begin:stop])
    assert end == len(data)

    items, users, factors = expected["items"], expected["users"], expected["factors"]
    for name in "q", "x", "y":
        assert header[name]["shape"] == [items, factors], name
    assert header["user_bias"]["shape"] == [users]
    as_float = lambda values: struct.unpack("<%df" % len(values), struct.pack("<%df" % len(values), *values))
    for name in "q", "x", "y", "item_bias", "user_bias", "item_baseline", "constants":
        assert header[name]["dtype"] == "F32", name
        assert tensors[name] == as_float(expected[name]), name
    assert len(expected["train_rmse"]) == header["report"]["shape"][0] > 0
    assert tensors["report"][2 :: header["report"]["shape"][1]] == tuple(expected["train_rmse"])
    for kind in "user", "item":
        names, offsets = bytes(tensors[kind + "s.names"]), tensors[kind + "s.offsets"]
        ids = [names[a:b].decode() for a, b in zip(offsets, offsets[1:])]
        assert ids == expected[kind + "_ids"], kind

    checksum = metadata.pop("checksum")
    header["__metadata__"] = metadata
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert checksum == str(checksum_of(text.encode() + data)), "the checksum is not what it is said to be"

    try:
        import numpy
    except ImportError:
        print("numpy is not there: its view of the tensors was left out")
        return
    begin, stop = header["q"]["data_offsets"]
    q = numpy.frombuffer(data[begin:stop], "<f4").reshape(header["q"]["shape"])
    assert q[1, 2] == numpy.float32(expected["q"][factors + 2])


main()
