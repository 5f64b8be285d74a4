"""Writes git repositories for tests: `FastGit` by one `git fast-import`, `RealGit` by the commands people type."""

import os
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

AUTHORS = ("Ann Ito <ann@example.com>", "Bo <7+bo@users.noreply.github.com>", "Cleo Łuk <cleo@example.org>")
_QUIET = {
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_COMMITTER_NAME": "Host",
    "GIT_COMMITTER_EMAIL": "host@example.com", "GIT_AUTHOR_NAME": "Ann Ito", "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_EDITOR": "true",
}  # fmt: skip


def git(path: Path, *arguments: str, at: datetime | None = None, given: str = "") -> str:
    """Runs git on a repository and gives what it printed; `at` is the clock it sees."""
    clock = {"GIT_COMMITTER_DATE": f"@{_stamp(at)}", "GIT_AUTHOR_DATE": f"@{_stamp(at)}"} if at else {}
    done = subprocess.run(
        ["git", "-C", str(path), *arguments],
        check=False, input=given, capture_output=True, text=True, env=os.environ | _QUIET | clock,
    )  # fmt: skip
    assert done.returncode == 0, f"git {arguments}: {done.stderr}"
    return done.stdout


def rev_list(path: Path, *arguments: str) -> list[str]:
    """`git rev-list`, as a list."""
    return git(path, "rev-list", *arguments).split()


def _stamp(at: datetime) -> str:
    return f"{int(at.timestamp())} {at:%z}"


class FastGit:
    """A bare repository, written through one running `git fast-import`; every commit's SHA is known at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
        answer, told = os.pipe()
        self._import = subprocess.Popen(
            ["git", "-C", str(path), "fast-import", "--quiet", "--force", f"--cat-blob-fd={told}"],
            stdin=subprocess.PIPE, pass_fds=(told,),
        )  # fmt: skip
        os.close(told)
        self._answers = os.fdopen(answer, "rb")
        self._marks: dict[str, int] = {}

    def commit(
        self, parents: Sequence[str], message: str, at: datetime, files: Sequence[str], author: str = AUTHORS[0]
    ) -> str:
        """Adds a commit; each of `files` gets content of its own. Gives its SHA."""
        mark = len(self._marks) + 1
        lines = [
            f"reset refs/written/{mark}",
            f"commit refs/written/{mark}",
            f"mark :{mark}",
            f"author {author} {_stamp(at)}",
            f"committer Host <host@example.com> {_stamp(at)}",
            _data(message),
        ]
        lines += [f"{'merge' if i else 'from'} :{self._marks[sha]}" for i, sha in enumerate(parents)]
        for name in files:
            lines += [f'M 100644 inline "{name}"', _data(f"{mark} {message}")]
        lines += ["", f"reset refs/written/{mark}", f"from {'0' * 40}", "", f"get-mark :{mark}", ""]
        self._write("\n".join(lines))
        sha = self._answers.readline().decode().strip()
        self._marks[sha] = mark
        return sha

    def merge(self, parents: Sequence[str], message: str, at: datetime) -> str:
        return self.commit(parents, message, at, [])

    def copies(self, shas: Sequence[tuple[str, str, list[str], str]], onto: str, at: datetime) -> list[str]:
        """Copies (sha, message, files, author) one on another, as cherry-pick and rebase do."""
        made = []
        for _, message, files, author in shas:
            onto = self.commit([onto], message, at, files, author)
            made.append(onto)
        return made

    def ref(self, name: str, sha: str) -> None:
        """Sets a reference."""
        self._write(f"reset {name}\nfrom :{self._marks[sha]}\n\n")

    def tag(self, name: str, sha: str, at: datetime | None) -> None:
        """A light tag, or one annotated at `at`."""
        if at is None:
            self.ref(f"refs/tags/{name}", sha)
        else:
            self._write(
                f"tag {name}\nfrom :{self._marks[sha]}\ntagger Host <host@example.com> {_stamp(at)}\n{_data(name)}\n"
            )

    def close(self) -> None:
        """Everything written is in the repository afterwards."""
        assert self._import.stdin
        self._import.stdin.close()
        assert self._import.wait() == 0
        self._answers.close()

    def _write(self, text: str) -> None:
        assert self._import.stdin
        self._import.stdin.write(text.encode())
        self._import.stdin.flush()


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"


class RealGit:
    """The same by checkout, commit, merge and cherry-pick in a working tree."""

    def __init__(self, path: Path) -> None:
        self.path = path
        subprocess.run(["git", "init", "-q", "-b", "main", str(path)], check=True)
        self._written = 0

    def commit(
        self, parents: Sequence[str], message: str, at: datetime, files: Sequence[str], author: str = AUTHORS[0]
    ) -> str:
        if parents:
            self._at(parents[0])
        else:
            git(self.path, "checkout", "-q", "--orphan", f"root{self._written}")
            git(self.path, "rm", "-rfq", "--ignore-unmatch", ".")
        for name in files:
            self._written += 1
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(f"{self._written} {message}")
            git(self.path, "add", name)
        git(self.path, "commit", "-q", "--allow-empty", "-m", message, "--author", author, at=at)
        return self._head()

    def merge(self, parents: Sequence[str], message: str, at: datetime) -> str:
        self._at(parents[0])
        git(self.path, "merge", "-q", "--no-ff", "-m", message, *parents[1:], at=at)
        return self._head()

    def copies(self, shas: Sequence[tuple[str, str, list[str], str]], onto: str, at: datetime) -> list[str]:
        self._at(onto)
        git(
            self.path, "cherry-pick", "--allow-empty", "--keep-redundant-commits", "-Xtheirs",
            *(sha for sha, *_ in shas), at=at,
        )  # fmt: skip
        return list(reversed(rev_list(self.path, "--first-parent", f"--max-count={len(shas)}", "HEAD")))

    def ref(self, name: str, sha: str) -> None:
        git(self.path, "update-ref", name, sha)

    def tag(self, name: str, sha: str, at: datetime | None) -> None:
        if at is None:
            git(self.path, "tag", name, sha)
        else:
            git(self.path, "tag", "-a", "-m", name, name, sha, at=at)

    def close(self) -> None:
        """Leaves only the references that were asked for."""
        git(self.path, "checkout", "-q", "--detach")
        for name in git(self.path, "for-each-ref", "--format=%(refname)", "refs/heads/root*").split():
            git(self.path, "update-ref", "-d", name)
        git(self.path, "symbolic-ref", "HEAD", "refs/heads/main")

    def _at(self, sha: str) -> None:
        git(self.path, "checkout", "-q", "--detach", "-f", sha)

    def _head(self) -> str:
        return git(self.path, "rev-parse", "HEAD").strip()
