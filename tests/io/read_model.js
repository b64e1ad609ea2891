// SPDX-License-Identifier: MIT
// usage: node read_model.js WRITE_MODEL
//
// Reads a saved model in JavaScript, with no library at all: the header by JSON.parse, each tensor as a typed array
// over the bytes of the file, without a copy. Compares every tensor, the ids and the checksum with what the program that
// saved it says.
'use strict';
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const TYPES = { F32: Float32Array, F64: Float64Array, I64: BigInt64Array, U8: Uint8Array };

function read(file) {
  const { buffer } = new Uint8Array(fs.readFileSync(file)); // which begins where its memory does
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const metadata = header.__metadata__;
  delete header.__metadata__;
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [begin, end] }] of Object.entries(header)) {
    const Values = TYPES[dtype];
    const count = (end - begin) / Values.BYTES_PER_ELEMENT;
    assert.strictEqual(count, shape.reduce((product, extent) => product * extent, 1), name);
    tensors[name] = new Values(buffer, 8 + length + begin, count); // throws if it is not aligned
  }
  return { header, metadata, tensors, data: new Uint8Array(buffer, 8 + length) };
}

function sorted(value) {
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function checksumOf(bytes) {
  const wrapped = (value) => BigInt.asUintN(64, value);
  const mixed = (lane, word) => wrapped((wrapped(lane << 29n | lane >> 35n) ^ word) * 0x100000001b3n);
  const padded = new Uint8Array(Math.ceil(bytes.length / 64) * 64);
  padded.set(bytes);
  const lanes = Array.from({ length: 8 }, (_, lane) => 0xcbf29ce484222325n + BigInt(lane));
  new BigUint64Array(padded.buffer).forEach((word, place) => { lanes[place % 8] = mixed(lanes[place % 8], word); });
  return lanes.reduce(mixed, BigInt(bytes.length));
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'asysvd-'));
try {
  const file = path.join(folder, 'model.safetensors');
  const expected = JSON.parse(execFileSync(process.argv[2], [file], { encoding: 'utf8' }));
  const { header, metadata, tensors, data } = read(file);

  assert.strictEqual(metadata.format, 'asysvd model');
  assert.strictEqual(metadata.parts, 'biases explicit implicit');
  for (const name of ['q', 'x', 'y']) {
    assert.deepStrictEqual(header[name].shape, [expected.items, expected.factors], name);
  }
  for (const name of ['q', 'x', 'y', 'item_bias', 'user_bias', 'item_baseline', 'constants']) {
    assert.deepStrictEqual(tensors[name], new Float32Array(expected[name]), name);
  }
  const errors = tensors.report.filter((_, place) => place % header.report.shape[1] === 2);
  assert.deepStrictEqual(errors, new Float64Array(expected.train_rmse));
  for (const kind of ['user', 'item']) {
    const names = tensors[`${kind}s.names`];
    const offsets = Array.from(tensors[`${kind}s.offsets`], Number);
    const ids = offsets.slice(1).map((end, i) => new TextDecoder().decode(names.subarray(offsets[i], end)));
    assert.deepStrictEqual(ids, expected[`${kind}_ids`], kind);
  }

  const { checksum, ...notes } = metadata;
  const text = new TextEncoder().encode(JSON.stringify(sorted({ ...header, __metadata__: notes })));
  const all = new Uint8Array(text.length + data.length);
  all.set(text);
  all.set(data, text.length);
  assert.strictEqual(String(checksumOf(all)), checksum, 'the checksum is not what it is said to be');
} finally {
  fs.rmSync(folder, { recursive: true });
}
