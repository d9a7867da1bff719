"""Makes storage_types.json: what the `gguf` package's dequantize makes of pseudo-random blocks of every storage type.

pip install gguf==0.19.0 numpy==2.4.6; python storage_types.py > storage_types.json

The blocks are SHA-256 digests of "NAME:0", "NAME:1", ... end to end, so the test makes the same ones. In the float16 scales of a
block (at `halves`) an infinite or NaN exponent loses a bit: NaNs have no one bit pattern. `sha256` is of the little-endian
float32 results; the first 32 of them are given as hexadecimal bits.
"""

import hashlib
import json

import gguf
import numpy as np

BLOCKS = 2048
HALVES = {
    "F16": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "BF16": [], "F32": [],
}


def blocks(name: str, block_bytes: int) -> np.ndarray:
    digests = (hashlib.sha256(f"{name}:{i}".encode()).digest() for i in range(BLOCKS * block_bytes // 32 + 1))
    stream = np.frombuffer(b"".join(digests), np.uint8)[: BLOCKS * block_bytes].reshape(BLOCKS, block_bytes).copy()
    for at in HALVES[name]:
        high = stream[:, at + 1]
        high[(high & 0x7C) == 0x7C] &= 0xBF
    return stream


golden = []
for name, halves in HALVES.items():
    kind = gguf.GGMLQuantizationType[name]
    _, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    values = gguf.quants.dequantize(blocks(name, block_bytes), kind).astype("<f4").reshape(-1)
    first = [f"{bits:08x}" for bits in values[:32].view("<u4")]
    digest = hashlib.sha256(values.tobytes()).hexdigest()
    golden.append({"name": name, "type": int(kind), "blocks": BLOCKS, "blockBytes": block_bytes, "halves": halves, "sha256": digest, "first": first})
print(json.dumps(golden, indent=1))
