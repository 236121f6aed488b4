"""llama.cpp as a capable user has it answer in JSON: chat template, a grammar from a JSON schema, greedy.

As fast as its C API allows from here: the shared head of the prompts is computed once, several texts go
through together, and of a token's choices the grammar is asked about the likeliest ones first, the whole
vocabulary only when none of these is allowed (the answer is the same as when all are asked).

Its threads wait asleep (OMP_WAIT_POLICY=passive, unless the environment says otherwise): where other programs
want the cores too, those that spin take a core from the one that is waited for, and it was a third as fast.

AMX: GCC before 14 drops most of the tile configuration that ggml's sources write (its _tile_loadconfig names 8
bytes of it as read), and the first matrix product ends with an illegal instruction. So a process of its own
tries first; where it dies, llama.cpp works without AMX, on its repacked weights, and that is said. A library
that was built otherwise can be put in its place: LLAMA_CPP_LIB_PATH names the folder.
"""
import ctypes
import json
import os
import subprocess
import sys
import time

LIKELIEST = (1, 64)  # how many choices the grammar is asked about, step by step, before all of them
MOST_TOKENS = 256  # of an answer, as max_tokens of ai_extract


class LlamaJson:
    """One model; REQUIRES the Python environment that `scripts/setup bench` makes."""

    def __init__(self, path, threads=None, amx=True):
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when libgomp comes
        import llama_cpp  # noqa: PLC0415: only the bench environment has it
        import numpy  # noqa: PLC0415: comes with it
        self.lib, self.numpy = llama_cpp, numpy
        self.threads = threads or len(os.sched_getaffinity(0))
        llama_cpp.llama_backend_init()
        self.quiet = llama_cpp.llama_log_callback(lambda *_: None)  # must outlive the library's use of it
        llama_cpp.llama_log_set(self.quiet, ctypes.c_void_p(0))
        load = lambda: llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        self.model = load() if amx else without_amx(load)
        if not self.model:
            raise RuntimeError(f"llama.cpp cannot load {path}")
        self.vocab = llama_cpp.llama_model_get_vocab(self.model)
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(self.vocab)
        self.system = llama_cpp.llama_print_system_info().decode()
        self.choices = numpy.zeros(self.vocabulary, dtype=[("id", "i4"), ("logit", "f4"), ("p", "f4")])

    def tokens(self, messages):
        """Of a chat whose answer comes next."""
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter  # noqa: PLC0415
        template = self.lib.llama_model_chat_template(self.model, None).decode()
        format_chat = Jinja2ChatFormatter(template=template, eos_token="<|im_end|>", bos_token="")
        text = format_chat(messages=messages).prompt.encode()
        ids = (self.lib.llama_token * (len(text) + 8))()
        count = self.lib.llama_tokenize(self.vocab, text, len(text), ids, len(ids), False, True)
        return list(ids[:count])

    def piece(self, token):
        buffer = ctypes.create_string_buffer(256)
        length = self.lib.llama_token_to_piece(self.vocab, token, buffer, len(buffer), 0, False)
        return buffer.raw[:length]

    def grammar(self, schema):
        from llama_cpp.llama_grammar import json_schema_to_gbnf  # noqa: PLC0415
        rules = json_schema_to_gbnf(json.dumps(schema))
        made = self.lib.llama_sampler_init_grammar(self.vocab, rules.encode(), b"root")
        if not made:
            raise RuntimeError(f"llama.cpp does not take the grammar\n{rules}")
        return made

    def answers(self, prompts, schema, mode):
        """(texts of the answers, {seconds, head, prompt and generated tokens}) of chats; `mode`: rows
        (how many at once), flash (attention), unified (one cache for all rows). The memory of the cache is
        made and the grammar read before the clock starts."""
        rows = [self.tokens(messages) for messages in prompts]
        head = shared_head(rows)
        rows = [row[head:] for row in rows] if head else rows
        batches = [range(at, min(at + mode["rows"], len(rows))) for at in range(0, len(rows), mode["rows"])]
        grammar = self.grammar(schema)
        context = self.context(head, rows, batches, mode)
        texts, generated = [""] * len(rows), 0
        first = self.tokens(prompts[0])[:head]
        started = time.perf_counter()
        self.decode(context, [(0, 0, first)])
        for batch in batches:
            generated += self.run_batch(context, grammar, head, {at: rows[at] for at in batch}, texts)
        seconds = time.perf_counter() - started
        self.lib.llama_sampler_free(grammar)
        self.lib.llama_free(context)
        return texts, {"seconds": seconds, "head_tokens": head, "row_tokens": sum(map(len, rows)), "generated": generated}

    def context(self, head, rows, batches, mode):
        params = self.lib.llama_context_default_params()
        longest = max(sum(len(rows[at]) for at in batch) for batch in batches)
        if mode["unified"]:
            params.n_ctx = head + longest + mode["rows"] * MOST_TOKENS
        else:
            params.n_ctx = (mode["rows"] + 1) * (head + max(map(len, rows)) + MOST_TOKENS)
        params.n_batch = max(head, longest)
        params.n_ubatch = 512
        params.n_seq_max = mode["rows"] + 1
        params.n_threads = params.n_threads_batch = self.threads
        params.kv_unified = mode["unified"]
        params.flash_attn_type = 1 if mode["flash"] else 0
        context = self.lib.llama_init_from_model(self.model, params)
        if not context:
            raise RuntimeError(f"llama.cpp makes no context for {mode}")
        return context

    def decode(self, context, sequences):
        """sequences: (sequence id, first position, tokens); the batch indices of their last tokens."""
        total = sum(len(tokens) for _, _, tokens in sequences)
        batch = self.lib.llama_batch_init(total, 0, 1)
        at, last = 0, []
        for sequence, position, tokens in sequences:
            for i, token in enumerate(tokens):
                batch.token[at], batch.pos[at] = token, position + i
                batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
                batch.logits[at] = i == len(tokens) - 1
                at += 1
            last.append(at - 1)
        batch.n_tokens = total
        status = self.lib.llama_decode(context, batch)
        self.lib.llama_batch_free(batch)
        if status != 0:
            raise RuntimeError(f"llama_decode says {status}")
        return last

    def run_batch(self, context, grammar, head, rows, texts):
        """Answers `rows` ({index: tokens}) together, writes their texts; the number of tokens chosen."""
        memory = self.lib.llama_get_memory(context)
        sequence = {row: i + 1 for i, row in enumerate(rows)}
        for row in rows:
            self.lib.llama_memory_seq_cp(memory, 0, sequence[row], -1, -1)
        grammars = {row: self.lib.llama_sampler_clone(grammar) for row in rows}
        ends = {row: head + len(tokens) for row, tokens in rows.items()}
        written, generated = dict.fromkeys(rows, b""), 0
        last = dict(zip(rows, self.decode(context, [(sequence[row], head, tokens) for row, tokens in rows.items()])))
        for _ in range(MOST_TOKENS):
            chosen = {row: self.choose(context, at, grammars[row]) for row, at in last.items()}
            generated += len(chosen)
            for row, token in chosen.items():
                written[row] += self.piece(token)
            open_rows = [row for row in chosen if not self.is_end(written[row], chosen[row])]
            if not open_rows:
                break
            step = [(sequence[row], ends[row], [chosen[row]]) for row in open_rows]
            for row in open_rows:
                ends[row] += 1
            last = dict(zip(open_rows, self.decode(context, step)))
        for row in rows:
            texts[row] = written[row].decode("utf-8", errors="replace")
            self.lib.llama_memory_seq_rm(memory, sequence[row], -1, -1)
            self.lib.llama_sampler_free(grammars[row])
        return generated

    def is_end(self, written, token):
        """The object is closed (no need to have the model say so), or the model ends."""
        return self.lib.llama_vocab_is_eog(self.vocab, token) or parsed(written.decode("utf-8", errors="replace")) is not None

    def choose(self, context, at, grammar):
        """The likeliest token that the grammar allows, accepted by it."""
        pointer = self.lib.llama_get_logits_ith(context, at)
        logits = self.numpy.ctypeslib.as_array(pointer, (self.vocabulary,))
        for count in (*LIKELIEST, self.vocabulary):
            if count == 1:
                ids = self.numpy.array([logits.argmax()])
            elif count < self.vocabulary:
                ids = self.numpy.argpartition(logits, -count)[-count:]
            else:
                ids = self.numpy.arange(self.vocabulary)
            allowed = self.choices[:len(ids)]
            allowed["id"], allowed["logit"], allowed["p"] = ids, logits[ids], 0
            data = allowed.ctypes.data_as(ctypes.POINTER(self.lib.llama_token_data))
            array = self.lib.llama_token_data_array(data, len(ids), -1, False)
            self.lib.llama_sampler_apply(grammar, ctypes.byref(array))
            best = allowed["logit"].argmax()
            if allowed["logit"][best] > -float("inf"):
                token = int(allowed["id"][best])
                self.lib.llama_sampler_accept(grammar, token)
                return token
        raise RuntimeError("the grammar allows no token")


class SignalStack(ctypes.Structure):
    _fields_ = [("memory", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]


def without_amx(load):
    """load(), while the kernel refuses AMX: it does when a thread's signal stack is too small for the tiles.
    ggml asks once, with its first model."""
    libc, disable = ctypes.CDLL(None), 2
    memory = ctypes.create_string_buffer(4096)
    libc.sigaltstack(ctypes.byref(SignalStack(ctypes.addressof(memory), 0, len(memory))), None)
    try:
        return load()
    finally:
        libc.sigaltstack(ctypes.byref(SignalStack(None, disable, 0)), None)


def amx_works(path):
    """False when this program dies of its first tokens: illegal instruction."""
    return subprocess.run([sys.executable, __file__, path], stderr=subprocess.DEVNULL, check=False).returncode == 0


def try_it(path):
    llama = LlamaJson(path)
    context = llama.context(64, [[0]], [range(1)], {"rows": 1, "flash": True, "unified": True})
    llama.decode(context, [(0, 0, list(range(100, 164)))])


def shared_head(rows):
    """How many tokens all rows begin with; one at least is left of each."""
    length = min(map(len, rows)) - 1
    return next((i for i in range(length) if len({row[i] for row in rows}) > 1), length)


def parsed(text):
    """The object, or None while it is none; strings may hold line ends, as the grammar lets them."""
    if not text.rstrip().endswith("}"):
        return None
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError:
        return None


if __name__ == "__main__":
    try_it(sys.argv[1])
