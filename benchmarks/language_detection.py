"""Which language is this: how often short messages are recognised, and what is confused.

Usage, from the repository:

    python -m benchmarks.language_detection            # the half that nothing was tuned on
    python -m benchmarks.language_detection --split tune --errors

Each system runs in a process of its own, one after another. The libraries that are compared live
in an environment of their own, which is skipped when it is not there:

    python3.11 -m venv .venv-benchmarks/language
    .venv-benchmarks/language/bin/pip install \\
        lingua-language-detector==2.1.1 heliport==1.0.1 pycld2==0.42
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MESSAGES = HERE / "language" / "messages.jsonl"
TURNS = HERE / "language" / "turns.jsonl"
OTHER_ENVIRONMENT = ROOT / ".venv-benchmarks" / "language" / "bin" / "python"
OFFERED = ["nl", "en", "fr", "de", "es", "pl", "uk", "ru", "ar", "fa", "ps", "tr", "so", "ti"]
# As py3langid and the product name them: Kurmanji is ku, Sorani ckb.
NOT_OFFERED = ["sr", "ro", "bg", "pt", "it", "ku", "ckb", "am", "ur"]
WANTED = {*OFFERED, *NOT_OFFERED}
# Written alike, and by many of the same people's neighbours.
HARD_PAIRS = ["ti am", "fa ar", "fa ps", "ar ps", "fa ur", "fa ckb", "uk ru", "uk bg", "ru bg"]
LENGTHS = {"1": (1, 1), "2": (2, 2), "3-4": (3, 4), "5-8": (5, 8)}
SCRIPTS = [["nl", "en", "fr", "de", "es", "pl", "tr", "so"], ["uk", "ru"], ["ar", "fa", "ps"]]
ROUNDS = 5

Detect = Callable[[str], str | None]


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        text: What is typed.
        language: Its language.
        group: The row of the table: the language, or a variety of it.
    """

    text: str
    language: str
    group: str

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@dataclass(frozen=True)
class Run:
    """What one system made of the messages.

    Attributes:
        found: The language of each message, in the product's codes.
        microseconds: Per message, the median of some rounds.
        megabytes: The most memory of its process, less that of an empty Python.
    """

    found: list[str | None]
    microseconds: float
    megabytes: float


# The systems: each function loads one and returns how to ask it.


def _wegwijs() -> Detect:
    from bot.language_detection import LanguageDetector

    detector = LanguageDetector.shared()
    return lambda text: detector.detect(text).language


def _wegwijs_without_words() -> Detect:
    from bot.language_detection import LanguageDetector
    from bot.word_evidence import WordEvidence

    detector = LanguageDetector(OFFERED, {}, WordEvidence([], {}))
    return lambda text: detector.detect(text).language


def _py3langid() -> Detect:
    from py3langid import langid

    identifier = langid._get_identifier()
    identifier.set_languages(sorted(WANTED & set(identifier.labels)))
    return lambda text: str(identifier.classify(text.lower())[0])


def _lingua() -> Detect:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    # It knows no Pashto, Tigrinya, Kurdish or Amharic.
    codes = [getattr(IsoCode639_1, c.upper(), None) for c in sorted(WANTED) if len(c) == 2]
    known = [code for code in codes if code]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*known).build()

    def detect(text: str) -> str | None:
        language = detector.detect_language_of(text)
        return language.iso_code_639_1.name.lower() if language else None

    return detect


def _heliport() -> Detect:
    from heliport import Identifier

    identifier = Identifier()
    codes = {
        "nld": "nl", "eng": "en", "fra": "fr", "deu": "de", "spa": "es", "pol": "pl", "ukr": "uk",
        "rus": "ru", "ara": "ar", "arb": "ar", "pes": "fa", "fas": "fa", "prs": "fa", "pus": "ps",
        "pbt": "ps", "tur": "tr", "som": "so", "tir": "ti", "srp": "sr", "hbs": "sr", "hrv": "sr",
        "bos": "sr", "ron": "ro", "bul": "bg", "por": "pt", "ita": "it", "kmr": "ku", "ckb": "ckb",
        "amh": "am", "urd": "ur",
    }  # fmt: skip

    def detect(text: str) -> str | None:
        likeliest = [str(code)[:3] for code in identifier.identify_topk(text, 20)]
        return next((codes[code] for code in likeliest if code in codes), None)

    return detect


def _pycld2() -> Detect:
    import pycld2

    def detect(text: str) -> str | None:
        likeliest = pycld2.detect(text, bestEffort=True)[2]
        found = ["sr" if code in ("hr", "bs") else code for _, code, _, _ in likeliest]
        return next((code for code in found if code in WANTED), None)

    return detect


def _nothing() -> Detect:
    return lambda text: None


HERE_SYSTEMS: dict[str, Callable[[], Detect]] = {
    "Wegwijs": _wegwijs,
    "Wegwijs without words and phrases": _wegwijs_without_words,
    "py3langid, restricted": _py3langid,
}
OTHER_SYSTEMS: dict[str, Callable[[], Detect]] = {
    "lingua, restricted": _lingua,
    "heliport, restricted": _heliport,
    "pycld2": _pycld2,
}
SYSTEMS = {**HERE_SYSTEMS, **OTHER_SYSTEMS, "nothing": _nothing}


def _worker(name: str) -> None:
    """Answer for one system, in this process: texts come in, what it found goes out."""
    texts = json.load(sys.stdin)
    detect = SYSTEMS[name]()
    found = [detect(text) for text in texts]
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            detect(text)
        rounds.append((time.perf_counter() - start) / len(texts) * 1e6)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"found": found, "microseconds": sorted(rounds)[ROUNDS // 2], "megabytes": most}
    print(json.dumps(answer))


def ask(name: str, texts: Sequence[str]) -> Run | str:
    """Run one system in a process of its own.

    Args:
        name: The system's name.
        texts: The messages.

    Returns:
        What it found, or why it could not be asked.
    """
    python = OTHER_ENVIRONMENT if name in OTHER_SYSTEMS else Path(sys.executable)
    if not python.exists():
        return f"{python.relative_to(ROOT)} is not there"
    done = subprocess.run(
        [str(python), "-m", "benchmarks.language_detection", "--worker", name],
        input=json.dumps(texts), capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def read_lines(file: Path, split: str) -> list[dict[str, Any]]:
    """The lines of one half of a set; `all` for both."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if split in ("all", line["split"])]


def read_messages(split: str) -> list[Message]:
    """The messages of one half."""
    messages = []
    for line in read_lines(MESSAGES, split):
        code = {"kmr": "ku"}.get(line["language"], line["language"])
        group = f"{code} ({line['variety']})" if "variety" in line else code
        messages.append(Message(line["text"], code, group))
    return messages


def read_intent_messages() -> list[Message]:
    """Messages of 1 to 8 words from the tests of intents, which the dialogue never saw."""
    messages = []
    for code in OFFERED:
        for line in (ROOT / "tests" / "nlu" / f"{code}.jsonl").read_text("utf-8").splitlines():
            text = str(json.loads(line)["text"])
            if 1 <= len(text.split()) <= 8:
                messages.append(Message(text, code, code))
    return messages


def is_right(message: Message, found: str | None) -> bool:
    """Whether the language is right; for one that is not offered, whether no offered one is."""
    if message.language in OFFERED:
        return found == message.language
    return found not in OFFERED


def _share(right: Iterable[bool]) -> str:
    marks = list(right)
    return f"{sum(marks) / len(marks):.3f}".replace("0.", ".", 1) if marks else "-"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print("|", " | ".join(head), "|")
    print("|" + "---|" * len(head))
    for row in rows:
        print("|", " | ".join(row), "|")
    print()


def print_overview(messages: list[Message], runs: dict[str, Run]) -> None:
    """How much each system recognises, in all and by length."""
    rows = []
    for name, run in runs.items():
        pairs = list(zip(messages, run.found, strict=True))
        offered = [(m, f) for m, f in pairs if m.language in OFFERED]
        others = [(m, f) for m, f in pairs if m.language not in OFFERED]
        lengths = [
            _share(is_right(m, f) for m, f in offered if least <= m.words <= most)
            for least, most in LENGTHS.values()
        ]
        named = _share(f == m.language for m, f in others)
        rows.append(
            [name, _share(is_right(m, f) for m, f in offered), *lengths]
            + ([_share(is_right(m, f) for m, f in others), named] if others else [])
        )
    head = ["", "offered", *[f"{name} words" for name in LENGTHS]]
    others = any(m.language not in OFFERED for m in messages)
    _table(head + (["not taken for one offered", "named right"] if others else []), rows)


def print_languages(messages: list[Message], runs: dict[str, Run]) -> None:
    """How much each system recognises of each language."""
    groups = list(dict.fromkeys(message.group for message in messages))
    rows = []
    for group in groups:
        asked = [number for number, message in enumerate(messages) if message.group == group]
        cells = [
            _share(is_right(messages[number], run.found[number]) for number in asked)
            for run in runs.values()
        ]
        rows.append([group, str(len(asked)), *cells])
    _table(["language", "messages", *runs], rows)


def confusions(messages: list[Message], found: list[str | None]) -> Counter[tuple[str, str]]:
    """How often one language is taken for another."""
    pairs = zip(messages, found, strict=True)
    return Counter((m.language, f or "none") for m, f in pairs if f != m.language)


def print_confusions(messages: list[Message], runs: dict[str, Run]) -> None:
    """What is taken for what, and the pairs that hurt."""
    counts = {name: confusions(messages, run.found) for name, run in runs.items()}
    rows = []
    for pair in HARD_PAIRS:
        one, other = pair.split()
        both = [str(c[one, other] + c[other, one]) for c in counts.values()]
        rows.append([f"{one} and {other}", *both])
    _table(["taken for each other", *runs], rows)
    for name, count in counts.items():
        listed = ", ".join(f"{a}>{b} {n}" for (a, b), n in count.most_common(40))
        print(f"* {name}: {listed or 'none'}")
    print()


def _neighbours(language: str) -> list[str]:
    return [c for script in SCRIPTS if language in script for c in script if c != language]


def print_priors(messages: list[Message], split: str) -> None:
    """The language to answer in, with what is known of the conversation."""
    from bot.language_detection import LanguageDetector

    answer = LanguageDetector.shared().language_to_answer_in
    marks: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for message in messages:
        text, code = message.text, message.language
        length = next(n for n, (a, b) in LENGTHS.items() if a <= message.words <= b)
        if code not in OFFERED:
            before = {"am": "ti", "ur": "ar", "ckb": "ar", "bg": "ru"}.get(code, "nl")
            kept = answer(text, before, None) == before
            marks["not offered, another conversation: language kept"][length].append(kept)
            continue
        marks["nothing known"][length].append(answer(text, None, None) == code)
        marks["widget set to it"][length].append(answer(text, None, code) == code)
        marks["conversation in it"][length].append(answer(text, code, None) == code)
        for other in _neighbours(code):
            found = answer(text, None, other)
            marks["widget set to another of its script"][length].append(found == code)
            found = answer(text, other, None)
            marks["conversation in another of its script: changed"][length].append(found == code)
    rows = [[name, *[_share(by[length]) for length in LENGTHS]] for name, by in marks.items()]
    _table(["", *[f"{name} words" for name in LENGTHS]], rows)
    turns = read_lines(TURNS, split)
    wrong = [t for t in turns if answer(t["text"], t["previous"], t["setting"]) != t["answer_in"]]
    print(f"Turns with an earlier language or a setting: {len(turns)}, wrong {len(wrong)}.")
    for turn in wrong:
        found = answer(turn["text"], turn["previous"], turn["setting"])
        print(f"* {turn['text']!r}: {found}, not {turn['answer_in']}")
    print()


def print_cost(runs: dict[str, Run], empty: Run) -> None:
    """Time and memory, as ratios to py3langid alone in the same run."""
    base = runs["py3langid, restricted"]
    base_memory = base.megabytes - empty.megabytes
    rows = [
        [
            name,
            f"{run.microseconds / base.microseconds:.1f}",
            f"{(run.megabytes - empty.megabytes) / base_memory:.1f}",
        ]
        for name, run in runs.items()
    ]
    _table(["", "time per message", "memory"], rows)
    print(f"1.0 is {base.microseconds:.0f} µs and {base_memory:.0f} MB.\n")


def _cut(run: Run, part: slice) -> Run:
    return Run(run.found[part], run.microseconds, run.megabytes)


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--split", choices=["held-out", "tune", "all"], default="held-out")
    parser.add_argument("--errors", action="store_true", help="list what Wegwijs gets wrong")
    parser.add_argument("--worker", choices=list(SYSTEMS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        _worker(arguments.worker)
        return
    messages, intents = read_messages(arguments.split), read_intent_messages()
    texts = [message.text for message in [*messages, *intents]]
    runs: dict[str, Run] = {}
    for name in [*HERE_SYSTEMS, *OTHER_SYSTEMS]:
        answer = ask(name, texts)
        if isinstance(answer, Run):
            runs[name] = answer
        else:
            print(f"{name}: skipped, {answer}.\n")
    empty = ask("nothing", texts)
    assert isinstance(empty, Run), empty
    first = {name: _cut(run, slice(len(messages))) for name, run in runs.items()}
    rest = {name: _cut(run, slice(len(messages), None)) for name, run in runs.items()}
    print(f"## {len(messages)} messages, {arguments.split}\n")
    print_overview(messages, first)
    print_languages(messages, first)
    print_confusions(messages, first)
    if arguments.errors:
        for message, found in zip(messages, first["Wegwijs"].found, strict=True):
            if found != message.language:
                print(f"* {message.group}, taken for {found}: {message.text}")
        print()
    print("## With what is known of the conversation\n")
    print_priors(messages, arguments.split)
    print(f"## {len(intents)} messages of tests/nlu\n")
    print_overview(intents, rest)
    print_confusions(intents, {"Wegwijs": rest["Wegwijs"]})
    print("## Cost\n")
    print_cost(runs, empty)


if __name__ == "__main__":
    main()
