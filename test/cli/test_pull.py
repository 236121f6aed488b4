"""fathom model pull against a web server that misbehaves, and against disks that are full."""

import hashlib
import os
import shutil
import signal
import subprocess
import time

from file_server import FileServer
from harness import MODELS, CliTest, main
from tiny_gguf import STRING, TinyModel

TINY = TinyModel().bytes()


class PullTest(CliTest):
    def setUp(self):
        super().setUp()
        self.server = FileServer(TINY)
        self.addCleanup(self.server.close)
        self.models = self.folder / "cache" / "models"

    def pull(self, *args: str):
        return self.run_fathom("model", "pull", *args)

    def installed(self) -> dict[str, bytes]:
        """Everything in the models folder."""
        return {path.name: path.read_bytes() for path in self.models.glob("*")}

    def assert_installed(self, done, name: str = "tiny") -> None:
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.installed(), {f"{name}.gguf": self.server.content})
        self.assertEqual(done.stdout, f"{self.models}/{name}.gguf\n")


class FromTheWeb(PullTest):
    def test_in_one_go(self):
        done = self.pull(self.server.url(), "--sha256", hashlib.sha256(TINY).hexdigest())
        self.assert_installed(done)
        self.assertIn("SET ai_model = 'tiny'", done.stderr)
        self.assertEqual(self.query("SELECT ai_count_tokens('abc') AS n", model="tiny"), "n\n3\n")

    def test_resumes_after_a_cut_connection(self):
        self.server.cut_after = [5000, 7000]
        done = self.pull(self.server.url())
        self.assert_installed(done)
        self.assertEqual([request.split()[1] for request in self.server.requests],
                         ["-", "bytes=5000-", "bytes=12000-"])
        self.assertIn("trying again in 1 s", done.stderr)

    def test_resumes_in_the_next_run(self):
        def interrupt():
            if len(self.server.requests) == 2:
                process.send_signal(signal.SIGINT)

        self.server.cut_after = [5000, 0, 0, 0, 0, 0]
        self.server.on_request = interrupt
        process = self.start("model", "pull", self.server.url())
        _, stderr = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"the same command goes on from here", stderr)
        self.assertEqual(len((self.models / "tiny.gguf.part").read_bytes()), 5000)

        self.server.cut_after = []
        self.server.on_request = lambda: None
        self.server.requests.clear()
        self.assert_installed(self.pull(self.server.url()))
        self.assertEqual(self.server.requests, ["/tiny.gguf bytes=5000-"])

    def test_file_changes_between_two_tries(self):
        def change():
            if len(self.server.requests) == 2:
                self.server.content = TINY[:-4] + b"abcd"
                self.server.etag = '"v2"'

        self.server.cut_after = [5000]
        self.server.on_request = change
        done = self.pull(self.server.url())
        self.assert_installed(done)
        self.assertIn("has changed", done.stderr)

    def test_server_without_ranges(self):
        self.server.ranges = False
        self.server.cut_after = [5000]
        done = self.pull(self.server.url())
        self.assert_installed(done)
        self.assertIn("cannot resume", done.stderr)

    def test_redirect(self):
        self.server.redirect_to = "/elsewhere/real.gguf?token=1"
        self.assert_installed(self.pull(self.server.url("moved"), "--as", "tiny"))

    def test_wrong_hash(self):
        message = self.failure("model", "pull", self.server.url(), "--sha256", "0" * 64)
        self.assertIn("expected " + "0" * 64, message)
        self.assertIn("found " + hashlib.sha256(TINY).hexdigest(), message)
        self.assertEqual(self.installed(), {})

    def test_not_found(self):
        self.server.status = 404
        self.assertIn("404 (not found)", self.failure("model", "pull", self.server.url()))
        self.assertEqual(len(self.server.requests), 1)
        self.assertEqual(self.installed(), {})

    def test_access_denied(self):
        self.server.status = 403
        self.assertIn("access denied", self.failure("model", "pull", self.server.url()))

    def test_nobody_listens(self):
        url = self.server.url()
        self.server.close()
        self.server.close = lambda: None
        self.assertIn("cannot fetch " + url, self.failure("model", "pull", url))

    def test_not_a_model(self):
        self.server.content = b"<!DOCTYPE html><html>Please log in</html>"
        message = self.failure("model", "pull", self.server.url())
        self.assertIn(self.server.url(), message)
        self.assertNotIn(".part", message)
        self.assertEqual(self.installed(), {})

    def test_model_that_fathom_cannot_run(self):
        model = TinyModel()
        model.pairs["general.architecture"] = (STRING, "mamba")
        self.server.content = model.bytes()
        self.assertIn("mamba", self.failure("model", "pull", self.server.url()))
        self.assertEqual(self.installed(), {})

    def test_installed_already(self):
        self.assert_installed(self.pull(self.server.url()))
        done = self.pull(self.server.url())
        self.assert_installed(done)
        self.assertIn("is installed already", done.stderr)
        self.assertEqual(len(self.server.requests), 1)

    def test_two_at_once(self):
        self.server.cut_after = [5000, 0, 0, 0, 0, 0]
        self.start("model", "pull", self.server.url())
        while not (self.models / "tiny.gguf.part").exists():
            time.sleep(0.02)
        self.assertIn("another process", self.failure("model", "pull", self.server.url()))


class FromElsewhere(PullTest):
    def test_path(self):
        path = self.write("My Model.gguf", TINY)
        self.assert_installed(self.pull(path), "my-model")
        self.assertTrue(path.exists())

    def test_missing_path(self):
        self.assertIn("nowhere.gguf", self.failure("model", "pull", "./nowhere.gguf"))

    def test_unknown_name(self):
        message = self.failure("model", "pull", "smolm2-135m")
        self.assertIn("did you mean 'smollm2-135m'?", message)

    def test_name_of_the_catalogue_that_is_there(self):
        weights = "smollm2-135m-instruct-q4_1.gguf"
        if not (MODELS / weights).is_file():
            self.skipTest(f"there is no {weights}")
        self.models.mkdir(parents=True)
        os.symlink(MODELS / weights, self.models / weights)
        done = self.pull("smollm2-135m")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.strip(), str(self.models / weights))


class FullDisks(PullTest):
    def setUp(self):
        super().setUp()
        disk = self.folder / "small-disk"
        disk.mkdir()
        mounted = shutil.which("mount") and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk],
            capture_output=True, check=False)
        if not mounted or mounted.returncode != 0:
            self.skipTest("mounting a small disk takes root")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        self.env["FATHOM_CACHE"] = str(disk)
        self.disk = disk

    def test_refused_before_the_first_byte(self):
        self.server.content = TINY * 10
        message = self.failure("model", "pull", self.server.url())
        self.assertIn("not enough space", message)
        self.assertIn("FATHOM_CACHE", message)

    def test_copying(self):
        path = self.write("big.gguf", TINY * 10)
        self.assertIn("not enough space", self.failure("model", "pull", path))
        self.assertEqual(list((self.disk / "models").glob("*")), [])

    def test_full_on_the_way(self):
        def fill():
            (self.disk / "filler").write_bytes(bytes(60_000))

        self.server.on_request = fill
        self.server.content = TINY
        self.assertGreater(len(TINY), 8192)
        message = self.failure("model", "pull", self.server.url())
        self.assertIn("make room there, or set FATHOM_CACHE", message)


class CachesThatCannotBeWritten(PullTest):
    def test_file_in_the_way(self):
        self.write("cache", "a file, not a folder")
        message = self.failure("model", "pull", self.server.url())
        self.assertIn("cannot create the folder", message)


if __name__ == "__main__":
    main()
