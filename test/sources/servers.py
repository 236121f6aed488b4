"""Database servers of the tests' own: a fresh cluster in a temporary folder, reached only through a
unix socket there. It is ended by process id, and by the kernel should the tests be killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

SECONDS_TO_START = 60
PR_SET_PDEATHSIG = 1  # of linux/prctl.h
NOT_ROOT = ("postgres", "mysql", "nobody")  # both servers refuse to run as root


class NoServer(Exception):
    """This machine cannot start one; the text says why."""


class Server:
    """A server process and its folder. REQUIRES close(). Raises NoServer."""

    STOP: signal.Signals  # ends it at once, whoever is connected

    def __init__(self) -> None:
        self.user = _ordinary_user()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fathom_server_"))
        self.log = self.folder / "log"
        self._process: subprocess.Popen | None = None
        self.folder.chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self) -> None:
        """Makes the cluster, starts the server and waits until it answers."""
        raise NotImplementedError

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(self.STOP)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *command: object) -> None:
        """A step of making the cluster."""
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              timeout=120, check=False, **self._as_user())
        if done.returncode != 0:
            raise NoServer(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")

    def _start(self, *command: object) -> None:
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([str(word) for word in command], stdout=log,
                                             stderr=log, stdin=subprocess.DEVNULL,
                                             preexec_fn=self._end_with_parent,
                                             **self._as_user())

    def _end_with_parent(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(self.STOP))

    def _await(self, answers) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"the server does not start: {self.log.read_text()[-500:]}")
            time.sleep(0.05)

    def _as_user(self) -> dict:
        options = {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        if os.getuid() != 0:
            return options
        return options | {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


class Postgres(Server):
    """Notes every statement in `log`."""

    STOP = signal.SIGINT

    def _set_up(self) -> None:
        programs = _postgres_programs()
        data = self.folder / "data"
        self._run(programs / "initdb", "--no-sync", "--auth=trust", "--username=fathom",
                  "--encoding=UTF8", "-D", data)
        self._psql = programs / "psql"
        self.connection = f"host={self.folder} user=fathom dbname=postgres"
        self._start(programs / "postgres", "-D", data, "-k", self.folder, "-c",
                    "listen_addresses=", "-c", "log_statement=all", "-c", "fsync=off")
        self._await(lambda: self._ask("SELECT 1").returncode == 0)

    def sql(self, statements: str) -> str:
        """What psql says to them: rows as lines, fields separated by '|'."""
        done = self._ask(statements)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout

    def statements_of(self, action) -> str:
        """What the server was told while `action` ran."""
        before = len(self.log.read_text())
        action()
        return self.log.read_text()[before:]

    def _ask(self, statements: str):
        return subprocess.run([self._psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
                               self.connection, "-c", statements], capture_output=True, text=True,
                              timeout=60, check=False)


class MariaDb(Server):
    """Notes every statement in `queries`. Without users and rights: the package with the programs
    that make those is another one, and only the owner of the folder reaches the socket."""

    STOP = signal.SIGTERM

    def _set_up(self) -> None:
        server = _program("mariadbd")
        data, init = self.folder / "data", self.folder / "init.sql"
        self.queries = self.folder / "queries"
        self._run("mkdir", data)
        init.write_text("CREATE DATABASE shop;\n")
        self._start(server, "--no-defaults", f"--datadir={data}", "--skip-grant-tables",
                    "--skip-networking", f"--socket={self.folder}/socket", f"--init-file={init}",
                    f"--pid-file={self.folder}/pid", "--general-log",
                    f"--general-log-file={self.queries}")
        self.connection = f"socket={self.folder}/socket user=root database=shop"
        self._await((self.folder / "socket").exists)


def _ordinary_user() -> pwd.struct_passwd:
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    for name in NOT_ROOT:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer(f"run by root, and none of the users {', '.join(NOT_ROOT)} exists")


def _postgres_programs() -> pathlib.Path:
    places = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    places = [place for place in places if (place / "initdb").exists()]
    if places:
        return places[-1]
    return pathlib.Path(_program("initdb")).parent


def _program(name: str) -> str:
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if not path:
        raise NoServer(f"there is no {name}: scripts/setup test installs it")
    return path
