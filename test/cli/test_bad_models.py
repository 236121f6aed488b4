"""Model files that are missing, damaged, something else, or more than this fathom computes."""

import random
import struct

from harness import CliTest, main
from tiny_gguf import STRING, TinyModel

QUERY = "SELECT ai_count_tokens('some text') AS n"


class ModelFiles(CliTest):
    def complaint(self, content: bytes) -> str:
        self.write("m.gguf", content)
        done = self.run_fathom("--model", "./m.gguf", "-c", QUERY)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assert_for_users(done.stderr)
        self.assertIn("m.gguf", done.stderr)
        return done.stderr

    def test_the_undamaged_one_works(self):
        self.write("m.gguf", TinyModel().bytes())
        self.assertEqual(self.query(QUERY, model="./m.gguf"), "n\n9\n")
        self.assertRegex(self.query("SELECT ai_filter('x') AS f", model="./m.gguf"),
                         r"^f\n(true|false)\n$")

    def test_missing(self):
        message = self.failure("--model", "./nowhere.gguf", "-c", QUERY)
        self.assertIn("nowhere.gguf", message)

    def test_empty(self):
        self.assertIn("empty", self.complaint(b""))

    def test_truncated(self):
        whole = TinyModel().bytes()
        for size in (3, 20, 200, len(whole) // 2, len(whole) - 1):
            with self.subTest(size=size):
                self.assertRegex(self.complaint(whole[:size]), "end|truncated|short|bytes")

    def test_bit_flips_never_crash(self):
        whole = TinyModel().bytes()
        places = random.Random(7)
        for _ in range(25):
            at, bit = places.randrange(4000), places.randrange(8)
            damaged = bytearray(whole)
            damaged[at] ^= 1 << bit
            self.write("m.gguf", bytes(damaged))
            with self.subTest(at=at, bit=bit):
                done = self.run_fathom("--model", "./m.gguf", "-c", QUERY)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                if done.returncode == 1:
                    self.assert_for_users(done.stderr)
                    self.assertIn("m.gguf", done.stderr)

    def test_safetensors(self):
        head = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
        self.assertIn("safetensors", self.complaint(struct.pack("<Q", len(head)) + head + bytes(4)))

    def test_zip(self):
        self.assertRegex(self.complaint(b"PK\x03\x04" + bytes(100)), "(?i)zip")

    def test_web_page(self):
        self.assertIn("GGUF", self.complaint(b"<!DOCTYPE html><html>Please log in</html>"))

    def test_unsupported_architecture_is_named(self):
        model = TinyModel()
        model.pairs["general.architecture"] = (STRING, "mamba")
        message = self.complaint(model.bytes())
        self.assertIn("mamba", message)
        self.assertIn("qwen2", message)

    def test_unsupported_tokenizer_is_named(self):
        model = TinyModel()
        model.pairs["tokenizer.ggml.pre"] = (STRING, "klingon")
        self.assertIn("klingon", self.complaint(model.bytes()))
        model.pairs["tokenizer.ggml.model"] = (STRING, "t5")
        self.assertIn("t5", self.complaint(model.bytes()))

    def test_unsupported_quantisation_is_named(self):
        model = TinyModel()
        model.tensors[0].kind = 16  # IQ2_XXS
        self.assertIn("IQ2_XXS", self.complaint(model.bytes()))

    def test_folder(self):
        (self.folder / "folder.gguf").mkdir()
        self.assertIn("folder.gguf", self.failure("--model", "./folder.gguf", "-c", QUERY))


if __name__ == "__main__":
    main()
