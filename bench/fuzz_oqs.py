"""Feeds the readers of OQS files with damaged files, and tells of everything but an answer or an OqsFileError.

`python -m bench.fuzz_oqs --seconds 3600`; exit code 1 on a crash. With `--keep FOLDER`, each crash and the first file
of each outcome that the corpus does not have yet is left in that folder.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.gateway.oqs.errors import OqsFileError
from kiosk.gateway.oqs.reading import answer_of, answer_of_unit, read_request, read_response
from kiosk.gateway.oqs.writing import RequestKind, request_name

CORPUS = Path(__file__).parents[1] / "tests" / "gateway" / "oqs" / "corpus"
REF = "5f0c7a52-3b1e-4c7e-9a55-0f6d3f1f2a11"
LARGEST = 64 * 1024
"""Octets; larger files only take longer."""
SLOWEST_SECONDS = 5.0
"""CPU time for one file of that size, far above the usual millisecond: more is as bad as a crash."""
_TOKENS = (
    b"\0 \xff \xfe \x81 \x9f \xe0 \xfc \xa0 \x80 \xef\xbb\xbf \xff\xfe \xed\xa0\x80 < > & ; \" ' ]]> <!-- --> "
    b"<![CDATA[ <!DOCTYPE <!ENTITY %p; &#0; &#x110000; &#x85; &lt; &a; <? ?> <?xml /> </ = xmlns xml:space encoding= "
    b"Shift_JIS UTF-8 UTF-16 EUC-JP standalone 00000000 99999999 20260230 9 -1"
).split(b" ")
_ELEMENT = re.compile(rb"<([A-Za-z0-9]+)>[^<]*</\1>\s*")
_TAG = re.compile(rb"</?[A-Za-z0-9]+>")


def main() -> int:
    """Fuzz for the time that was asked for, and print what happened."""
    options = _options()
    chance = random.Random(options.seed)  # noqa: S311 - chance, not secrecy
    seeds = [path.read_bytes() for path in sorted(CORPUS.glob("*.xml"))]
    sound = [path.read_bytes() for path in sorted(CORPUS.glob("good.*.xml"))]
    outcomes = Counter(outcome for seed in seeds for outcome in _outcomes(seed))
    known = set(outcomes)
    crashes = slow = executions = 0
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        # A hostile file mostly stays one: two files in three begin sound.
        octets = _mutated(chance.choice(chance.choice((sound, sound, seeds))), seeds, chance)
        begun = time.process_time()
        executions += 1
        try:
            found = _outcomes(octets)
        except Exception:  # whatever it is: finding it is what this program is for
            crashes += 1
            traceback.print_exc()
            _keep(options.keep, f"crash-{crashes}.xml", octets)
            continue
        if time.process_time() - begun > SLOWEST_SECONDS:
            slow += 1
            _keep(options.keep, f"slow-{slow}.xml", octets)
        outcomes.update(found)
        new = [outcome for outcome in found if outcome not in known]
        if new:
            known.update(new)
            seeds.append(octets)
            _keep(options.keep, f"{new[0]}.xml", octets)
    for outcome, times in outcomes.most_common():
        print(f"{times:>10}  {outcome}")
    print(f"executions {executions}, crashes {crashes}, slow {slow}, seed {options.seed}")
    return 1 if crashes or slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_oqs", description="Fuzzes the readers of OQS files.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() & 0xFFFFFFFF, help="for the same files again")
    parser.add_argument("--keep", type=Path, help="a folder for crashes and for files with a new outcome")
    return parser.parse_args()


def _outcomes(octets: bytes) -> list[str]:
    """What became of the file as a response and as each kind of request."""
    return [
        "response-" + _outcome(partial(_respond, octets)),
        *(f"{kind.name.lower()}-" + _outcome(partial(_request, octets, kind)) for kind in RequestKind),
    ]


def _outcome(read: Callable[[], None]) -> str:
    try:
        read()
    except OqsFileError as wrong:
        return f"{wrong.fault.name}.{wrong.element}" if wrong.element else wrong.fault.name
    return "good"


def _respond(octets: bytes) -> None:
    response = read_response(octets, "OQSsiquc01res_1.xml")
    if response.units:
        for unit in response.units:
            answer_of_unit(response, unit, REF).model_dump_json()
    else:
        answer_of(response, REF).model_dump_json()


def _request(octets: bytes, kind: RequestKind) -> None:
    read_request(octets, request_name(kind, "1"))


def _keep(folder: Path | None, name: str, octets: bytes) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(octets)


def _mutated(seed: bytes, seeds: list[bytes], chance: random.Random) -> bytes:
    octets = seed
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        octets = chance.choice(_MUTATIONS)(octets, seeds, chance)
    return octets[:LARGEST]


def _flip(octets: bytes, _: list[bytes], chance: random.Random) -> bytes:
    if not octets:
        return octets
    place = chance.randrange(len(octets))
    return octets[:place] + bytes([octets[place] ^ 1 << chance.randrange(8)]) + octets[place + 1 :]


def _insert(octets: bytes, _: list[bytes], chance: random.Random) -> bytes:
    place = chance.randint(0, len(octets))
    return octets[:place] + chance.choice(_TOKENS) * chance.choice((1, 1, 1, 2, 40)) + octets[place:]


def _replace_text(octets: bytes, _: list[bytes], chance: random.Random) -> bytes:
    found = list(_ELEMENT.finditer(octets))
    if not found:
        return octets
    element = chance.choice(found)
    text = chance.choice((b"", chance.choice(_TOKENS), chance.randbytes(4), b"1", b"2", b"x" * 300))
    return octets[: element.end(1) + 1] + text + octets[octets.index(b"</", element.end(1)) :]


def _delete(octets: bytes, _: list[bytes], chance: random.Random) -> bytes:
    start, end = sorted((chance.randint(0, len(octets)), chance.randint(0, len(octets))))
    return octets[:start] + octets[min(end, start + 64) :]


def _cut(octets: bytes, _: list[bytes], chance: random.Random) -> bytes:
    return octets[: chance.randint(0, len(octets))]


def _splice(octets: bytes, seeds: list[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    return octets[: chance.randint(0, len(octets))] + other[chance.randint(0, len(other)) :]


def _move_element(octets: bytes, seeds: list[bytes], chance: random.Random) -> bytes:
    """Takes an element out, or doubles it, and puts one of any file somewhere between two tags."""
    mine, theirs = list(_ELEMENT.finditer(octets)), list(_ELEMENT.finditer(chance.choice(seeds)))
    if mine and chance.random() < 0.5:
        gone = chance.choice(mine)
        octets = octets[: gone.start()] + octets[gone.end() :]
    tags = list(_TAG.finditer(octets))
    if not tags or not theirs:
        return octets
    place = chance.choice(tags).start()
    return octets[:place] + chance.choice(theirs)[0] + octets[place:]


def _recode(octets: bytes, _: list[bytes], chance: random.Random) -> bytes:
    one, other = chance.sample(("cp932", "utf-8", "utf-16", "euc-jp"), 2)
    return octets.decode(one, "replace").encode(other, "replace")


_MUTATIONS = (_flip, _insert, _insert, _replace_text, _replace_text, _delete, _cut, _splice, _move_element, _recode)


if __name__ == "__main__":
    sys.exit(main())
