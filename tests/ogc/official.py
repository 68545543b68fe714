"""Run the official suites of OGC CITE against a server on the sample district: ``make conformance``.

Ends with 0 where every test passed, 1 where one failed, 7 where a suite could not be fetched from Maven Central.
Java 17 and Maven are needed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

PASSED, FAILED, UNAVAILABLE = 0, 1, 7
GROUP, CLASSIFIER = "org.opengis.cite", "aio"
SUITES = ("ets-ogcapi-features10", "ets-ogcapi-tiles10")
TILES = "/ogc/collections/grids/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
TILES_ARGUMENTS = {
    "tilematrixsetdefinitionuri": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
    "tilematrix": "0",
    "mintilerow": "0",
    "maxtilerow": "0",
    "mintilecol": "0",
    "maxtilecol": "0",
}


def fetch(suite: str, folder: Path) -> Path | str:
    """Return the suite as one runnable archive, or why it cannot be had."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            return f"{program} is not installed: apt-get install maven"
    artifact = f"{GROUP}:{suite}:RELEASE:jar:{CLASSIFIER}"
    copy = [
        "mvn",
        "-B",
        "-q",
        "-Dstyle.color=never",
        "dependency:copy",
        f"-Dartifact={artifact}",
        f"-DoutputDirectory={folder}",
    ]
    done = subprocess.run(copy, capture_output=True, text=True, check=False, cwd=folder)
    archives = sorted(folder.glob(f"{suite}-*-{CLASSIFIER}.jar"))
    if done.returncode or not archives:
        lines = (done.stdout + done.stderr).splitlines()
        said = [line.partition("[ERROR] ")[2] for line in lines if "[ERROR] " in line]
        return f"{artifact} cannot be fetched from Maven Central.\n{said[0] if said else 'No archive came.'}"
    return archives[-1]


@contextmanager
def sample_district(home: Path) -> Iterator[str]:
    """Give the address of a server on the sample district, in a folder of its own."""
    command = [sys.executable, "-c", "from gridmap.cli import main; main()"]
    environment = os.environ | {"GRIDMAP_HOME": str(home)}
    subprocess.run([*command, "demo", "--no-serve"], env=environment, check=True)
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        for line in server.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found.group()
                break
        else:
            raise SystemExit("the server did not start")
    finally:
        server.terminate()
        server.wait(timeout=30)
        subprocess.run([*command, "db", "down"], env=environment, check=False)


def arguments(address: str, suite: str) -> str:
    """Return the arguments of a run as Java's properties in XML."""
    entries = {"iut": f"{address}/ogc", "noofcollections": "-1"}
    if suite == "ets-ogcapi-tiles10":
        entries |= {"urltemplatefortiles": f"{address}{TILES}", **TILES_ARGUMENTS}
    lines = "".join(f'<entry key="{key}">{escape(value)}</entry>' for key, value in entries.items())
    kind = '<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{kind}<properties version="1.0">{lines}</properties>'


def results(report: str) -> tuple[int, list[str]]:
    """Return how many tests passed, and of each that failed its name and what it said."""
    passed, failures = 0, []
    for method in ET.fromstring(report).iter("test-method"):
        if method.get("is-config") == "true":
            continue
        if method.get("status") == "PASS":
            passed += 1
        elif method.get("status") == "FAIL":
            said = " ".join((method.findtext("exception/message") or "").split())
            failures.append(f"{method.get('signature', '').partition('(')[0]}: {said}")
    return passed, failures


def run(archive: Path, suite: str, address: str, folder: Path) -> bool:
    """Run a suite, tell what it found, and return whether every test passed."""
    properties = folder / f"{suite}.xml"
    properties.write_text(arguments(address, suite), encoding="utf-8")
    out = folder / suite
    subprocess.run(["java", "-jar", str(archive), "-o", str(out), "-h", str(properties)], check=False)
    reports = list(out.rglob("testng-results.xml"))
    if not reports:
        print(f"{suite}: there is no report in {out}", file=sys.stderr)
        return False
    passed, failures = results(reports[0].read_text(encoding="utf-8"))
    for failure in failures:
        print(f"{suite}: FAILED {failure}")
    print(f"{suite}: {passed} passed, {len(failures)} failed")
    return passed > 0 and not failures


def main() -> int:
    """Fetch both suites, run both, and return how it ended."""
    with tempfile.TemporaryDirectory(prefix="gridmap-conformance-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        fetched = {suite: fetch(suite, folder) for suite in SUITES}
        missing = {suite: why for suite, why in fetched.items() if isinstance(why, str)}
        for suite, why in missing.items():
            print(f"{suite} was not run: {why}", file=sys.stderr)
        archives = {suite: archive for suite, archive in fetched.items() if isinstance(archive, Path)}
        if not archives:
            return UNAVAILABLE
        with sample_district(folder / "home") as address:
            good = [run(archive, suite, address, folder) for suite, archive in archives.items()]
    if not all(good):
        return FAILED
    return UNAVAILABLE if missing else PASSED


if __name__ == "__main__":
    sys.exit(main())
