"""Writes GGUF files with a model far too small to say anything, whole or damaged on purpose."""

from __future__ import annotations

import dataclasses
import random
import struct

U32, F32, STRING, ARRAY, I32 = 4, 6, 8, 9, 5
TENSOR_F32, TENSOR_Q8_0 = 0, 8


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(kind: int, value) -> bytes:
    if kind == U32:
        return struct.pack("<I", value)
    if kind == I32:
        return struct.pack("<i", value)
    if kind == F32:
        return struct.pack("<f", value)
    if kind == STRING:
        return _string(value)
    element, values = value  # an array
    return struct.pack("<IQ", element, len(values)) + b"".join(_value(element, v) for v in values)


def _byte_characters() -> list[str]:
    """How byte-level BPE writes each byte: itself if printable, else U+0100 and following."""
    characters, spare = [], 256
    for byte in range(256):
        if 33 <= byte <= 126 or 161 <= byte <= 172 or byte >= 174:
            characters.append(chr(byte))
        else:
            characters.append(chr(spare))
            spare += 1
    return characters


@dataclasses.dataclass
class Tensor:
    name: str
    dims: list[int]
    kind: int = TENSOR_F32

    def data(self, noise: random.Random) -> bytes:
        count = 1
        for dim in self.dims:
            count *= dim
        if len(self.dims) == 1:
            return struct.pack(f"<{count}f", *(noise.uniform(0.5, 1.5) for _ in range(count)))
        # Q8_0, whatever `kind` claims: a half-precision scale and 32 signed bytes a block.
        return b"".join(struct.pack("<e", 0.004) + noise.randbytes(32) for _ in range(count // 32))


class TinyModel:
    """A llama with one layer that fathom accepts; change `pairs` and `tensors` before bytes()."""

    def __init__(self, context: int = 256) -> None:
        tokens = _byte_characters() + ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        kinds = [1] * 256 + [3] * 3
        d_model, d_ffn = 32, 32
        self.pairs = {
            "general.architecture": (STRING, "llama"),
            "llama.block_count": (U32, 1),
            "llama.context_length": (U32, context),
            "llama.embedding_length": (U32, d_model),
            "llama.feed_forward_length": (U32, d_ffn),
            "llama.attention.head_count": (U32, 2),
            "llama.attention.head_count_kv": (U32, 1),
            "llama.attention.layer_norm_rms_epsilon": (F32, 1e-5),
            "llama.rope.freq_base": (F32, 10000.0),
            "tokenizer.ggml.model": (STRING, "gpt2"),
            "tokenizer.ggml.pre": (STRING, "smollm"),
            "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
            "tokenizer.ggml.token_type": (ARRAY, (I32, kinds)),
            "tokenizer.ggml.merges": (ARRAY, (STRING, [])),
            "tokenizer.ggml.eos_token_id": (U32, 258),
            "tokenizer.chat_template": (
                STRING, "<|im_start|>{{ role }}<|im_end|> <|im_start|>assistant"),
        }
        self.tensors = [
            Tensor("token_embd.weight", [d_model, len(tokens)], TENSOR_Q8_0),
            Tensor("output_norm.weight", [d_model]),
            Tensor("blk.0.attn_norm.weight", [d_model]),
            Tensor("blk.0.attn_q.weight", [d_model, d_model], TENSOR_Q8_0),
            Tensor("blk.0.attn_k.weight", [d_model, d_model // 2], TENSOR_Q8_0),
            Tensor("blk.0.attn_v.weight", [d_model, d_model // 2], TENSOR_Q8_0),
            Tensor("blk.0.attn_output.weight", [d_model, d_model], TENSOR_Q8_0),
            Tensor("blk.0.ffn_norm.weight", [d_model]),
            Tensor("blk.0.ffn_gate.weight", [d_model, d_ffn], TENSOR_Q8_0),
            Tensor("blk.0.ffn_up.weight", [d_model, d_ffn], TENSOR_Q8_0),
            Tensor("blk.0.ffn_down.weight", [d_ffn, d_model], TENSOR_Q8_0),
        ]

    def bytes(self) -> bytes:
        head = b"GGUF" + struct.pack("<IQQ", 3, len(self.tensors), len(self.pairs))
        for key, (kind, value) in self.pairs.items():
            head += _string(key) + struct.pack("<I", kind) + _value(kind, value)
        data = b""
        noise = random.Random(1)
        for tensor in self.tensors:
            head += _string(tensor.name) + struct.pack("<I", len(tensor.dims))
            head += struct.pack(f"<{len(tensor.dims)}Q", *tensor.dims)
            head += struct.pack("<IQ", tensor.kind, len(data))
            data += tensor.data(noise)
            data += b"\0" * (-len(data) % 32)
        return head + b"\0" * (-len(head) % 32) + data
