"""Makes this folder ready to run: `.venv` with what the product needs, and with `--tests` what its tests need.

    python3 deploy/prepare.py [--tests]

It needs nothing but a Python of 3.11 or later, and may be run again at any time:

1. What is complete is left alone at once: a stamp in `.venv` names the exact files that were installed from.
2. What was interrupted is mended: without the stamp the environment is checked, made anew where broken, and filled.
3. Two at once wait for each other.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LEAST_VERSION = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")

# program or file that shows that it is there -> Debian's package
DEBIAN = {
    "chromium": "chromium",
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",  # brings MiniBrowser
    "Xvfb": "xvfb",
    "nginx": "nginx",
    "redis-server": "redis-server",
    "/usr/lib/postgresql": "postgresql",
    "node": "nodejs",
    "npm": "npm",
    "curl": "curl",
}
# What only makes the tests quicker: they run without it, too.
DEBIAN_WHERE_IT_CAN_BE_HAD = {"chromium-headless-shell": "chromium-headless-shell"}
NODE_FOLDERS = ("widget", "tests/widget/frameworks", "tests/tools/bench/parsers")


def main() -> int:
    for_tests = "--tests" in sys.argv[1:]
    use_a_newer_python()
    with one_at_a_time():
        if for_tests:
            fill_environment("tests", [ROOT / "tests/requirements.txt"], alone=[ROOT / "deploy/embeddings.txt"])
            install_debian_packages()
            install_node_packages()
        else:
            fill_environment("run", [ROOT / "requirements.txt"])
    return 0


def use_a_newer_python() -> None:
    """Go on with a newer Python where `python3` is too old and one is installed; say what to install where none is."""
    if sys.version_info >= LEAST_VERSION:
        return
    for name in NEWER_PYTHONS:
        if found := shutil.which(name):
            os.execv(found, [found, *sys.argv])
    sys.exit(
        f"Deskbell needs Python 3.11 or later; this one is {sys.version.split()[0]}. On Debian 12 and Ubuntu 24.04: "
        "apt install python3 python3-venv"
    )


@contextlib.contextmanager
def one_at_a_time():  # type: ignore[no-untyped-def]
    """Hold a lock on the folder while installing, where the system has one."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (ROOT / ".prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fill_environment(purpose: str, whole: list[Path], alone: Sequence[Path] = ()) -> None:
    """Make `.venv` and install into it, unless a stamp says that just this was done.

    What the files in `alone` name is installed without what it depends on.
    """
    stamp = VENV / f".ready-for-{purpose}"
    digest = digest_of(*whole, *alone)
    if stamp.is_file() and stamp.read_text() == digest and PYTHON.exists():
        return
    stamp.unlink(missing_ok=True)
    make_environment()
    for file in (*whole, *alone):
        say(f"Installing what {file.relative_to(ROOT)} names (once, a minute or two) …")
        install(file, ["--no-deps"] if file in alone else [])
    stamp.write_text(digest)


def install(requirements: Path, options: list[str]) -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
    if run([*pip, "-r", str(requirements)]) != 0:
        sys.exit("The installation did not finish; see above. The next start goes on where it ended.")


def make_environment() -> None:
    """Make `.venv` unless it works already."""
    if PYTHON.exists() and run([str(PYTHON), "-m", "pip", "--version"], quiet=True) == 0:
        return
    say("Making .venv …")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if "ensurepip" in made.stdout + made.stderr:
            sys.exit(f"Python's own installer is missing. On Debian and Ubuntu: apt install python{version}-venv")
        sys.exit(f".venv could not be made: {(made.stderr or made.stdout).strip()}")


def install_debian_packages() -> None:
    """Install the servers and the browser that the tests drive, where they are missing."""
    missing = [package for shown_by, package in DEBIAN.items() if not is_there(shown_by)]
    if missing:
        install_from_debian(missing)
    asked = VENV / ".asked-for-what-is-quicker"
    quicker = [package for shown_by, package in DEBIAN_WHERE_IT_CAN_BE_HAD.items() if not is_there(shown_by)]
    if quicker and not asked.exists() and can_install():
        asked.touch()  # once: where it cannot be had, nobody waits for it again
        apt_get(quicker)


def install_from_debian(packages: list[str]) -> None:
    """Install these packages, or say what to do and end."""
    if not shutil.which("apt-get"):
        sys.exit(f"The tests need {', '.join(packages)}. Install them with your system's package manager.")
    if not can_install():
        sys.exit(f"The tests need {', '.join(packages)}. As root: apt-get install {' '.join(packages)}")
    if apt_get(packages) != 0:
        sys.exit(f"These packages could not be installed: {', '.join(packages)}")


def can_install() -> bool:
    return bool(shutil.which("apt-get") and (os.geteuid() == 0 or shutil.which("sudo")))


def apt_get(packages: list[str]) -> int:
    """Install these packages; return apt's exit code."""
    say(f"Installing {', '.join(packages)} …")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([*sudo, "apt-get", "update", "-qq"], environment=environment)
    return run(
        [*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], environment=environment
    )


def install_node_packages() -> None:
    """Install what builds and checks the widget and what it is measured against, exactly as the lock files say."""
    for folder in NODE_FOLDERS:
        lock = ROOT / folder / "package-lock.json"
        stamp = ROOT / folder / "node_modules" / ".ready"
        digest = digest_of(lock)
        if stamp.is_file() and stamp.read_text() == digest:
            continue
        say(f"Installing what {folder}/package.json names …")
        if run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], folder=ROOT / folder) != 0:
            sys.exit(f"npm could not install what {folder}/package.json names; see above.")
        stamp.write_text(digest)


def is_there(shown_by: str) -> bool:
    return Path(shown_by).exists() if shown_by.startswith("/") else shutil.which(shown_by) is not None


def digest_of(*files: Path) -> str:
    """Return a digest of requirements files, of those that they name, and of the Python that installs them."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
        for line in file.read_text().splitlines():
            if line.startswith("-r "):
                digest.update((file.parent / line[3:].strip()).read_bytes())
    return digest.hexdigest()


def run(command, *, folder=ROOT, environment=None, quiet=False):  # type: ignore[no-untyped-def]
    """Run a command and return its exit code."""
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=folder, env=environment, stdout=sink, stderr=sink).returncode


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
