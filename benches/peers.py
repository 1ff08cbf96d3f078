#!/usr/bin/env python3
"""`persona check` beside general validators with the same schema: `python3 benches/peers.py`.

Persona files are made in a temporary folder, the same ones every time. The tools take turns, so that what else the
machine does slows all of them; quote the ratio and the median. A tool that is not on the path is left out.
"""

import argparse
import itertools
import json
import os
import platform
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schemas" / "persona.schema.json"
GROWTH = 1_000, 5_000, 20_000
# A tool that takes longer than this, in seconds, runs in one round.
PATIENCE = 30
SOURCEMETA = "jsonschema (Sourcemeta) --fast"


def main():
    arguments = parse_arguments()
    persona = build()
    with tempfile.TemporaryDirectory(prefix="personas-") as folder:
        goals = compare(persona, Path(folder) / "compare", arguments)
        goals += measure_one(persona, Path(folder) / "compare", arguments)
        if arguments.growth:
            goals += measure_growth(persona, Path(folder) / "growth")
    print("\nGoals")
    for goal, found, holds in goals:
        print(f"  {'holds ' if holds else 'MISSED'}  {goal}: {found}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1_000, help="how many files (default: 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each tool runs (default: 5)")
    parser.add_argument("--faulty", type=float, default=0, metavar="SHARE", help="how many have mistakes, from 0 to 1")
    parser.add_argument("--growth", action="store_true", help="also check 1,000, 5,000 and 20,000 files")
    arguments = parser.parse_args()
    if arguments.files < 1 or arguments.rounds < 1 or not 0 <= arguments.faulty <= 1:
        parser.error("there is at least one file and one round, and a share is from 0 to 1")
    return arguments


def build():
    command = ["cargo", "build", "--release", "--features", "cli", "--bin", "persona", "--message-format", "json"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if built.returncode:
        sys.exit("error: persona does not build")
    messages = map(json.loads, built.stdout.splitlines())
    return next(filter(None, (message.get("executable") for message in messages)))


# --- The tools -------------------------------------------------------------------------------------------------------


class Tool:
    """A command that checks the files of the folder it is run in."""

    def __init__(self, name, command, threads=None):
        self.name = name
        self.command = [str(part) for part in command]
        self.environment = {**os.environ, **({"RAYON_NUM_THREADS": str(threads)} if threads else {})}
        self.seconds = []
        self.processor = []
        self.code = None

    def run(self, folder):
        start, used = time.perf_counter(), processor_time()
        self.code = self.start(folder, stdout=subprocess.DEVNULL).returncode
        self.seconds.append(time.perf_counter() - start)
        self.processor.append(processor_time() - used)

    def accepts(self, folder):
        """Whether it finds no fault; if it does, its last words are printed."""
        run = self.start(folder, stdout=subprocess.PIPE)
        if run.returncode:
            words = run.stdout.decode(errors="replace").splitlines()[-12:]
            print(f"{self.name} does not accept valid files:", *words, sep="\n  ")
        return run.returncode == 0

    def start(self, folder, stdout):
        options = {"stdin": subprocess.DEVNULL, "stdout": stdout, "stderr": subprocess.STDOUT}
        return subprocess.run(self.command, cwd=folder, env=self.environment, **options)

    @property
    def median(self):
        return statistics.median(self.seconds)


def processor_time():
    """What all children so far have used, of all threads: it tells most where other work slows the clock's time."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def own_tools(persona):
    threads = sorted({1, min(2, os.cpu_count()), os.cpu_count()})
    command = [persona, "check", "."]
    return [Tool(f"persona check, {count} thread{'s' * (count > 1)}", command, count) for count in threads]


def peers(files):
    """The peers that are installed; all of them read YAML."""
    names = [file.name for file in files]
    commands = {
        "check-jsonschema": lambda path: [path, "--schemafile", SCHEMA, *names],
        "ajv": lambda path: [path, "validate", "--spec=draft2020", "--strict=false", "-s", SCHEMA, "-d", "*.yaml"],
        "jsonschema": lambda path: [native(path), "validate", "--fast", "--continue", SCHEMA, "."],
        "jsonschema-cli": lambda path: [path, "validate", "--offline", SCHEMA, "-i", *names],
    }
    for name, command in commands.items():
        title = SOURCEMETA if name == "jsonschema" else name
        paths = filter(None, (shutil.which(name, path=folder) for folder in os.get_exec_path()))
        # Python's validator has a command of the same name, which knows no --fast.
        if path := next((path for path in paths if name != "jsonschema" or "--fast" in output(path, "help")), None):
            yield Tool(f"{title} {version(path)}".strip(), command(path))
        else:
            print(f"{title} is not on the path, and left out")


def native(path):
    """The program itself where npm put a launcher before it, which costs the start of another program."""
    name = f"jsonschema-{platform.system().lower()}-{platform.machine()}"
    return next(Path(path).resolve().parent.parent.glob(f"build/*/{name}"), path)


def version(path):
    """What it says of itself, or else what the npm package says that it is in."""
    said = re.search(r"\d+(\.\d+)+", output(path, "--version"))
    package = Path(path).resolve().parent.parent / "package.json"
    if not said and package.exists():
        return json.loads(package.read_text())["version"]
    return said[0] if said else ""


def output(*command):
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.stdout.decode(errors="replace")


# --- What is measured ------------------------------------------------------------------------------------------------


def compare(persona, folder, arguments):
    files = write_personas(folder, arguments.files)
    size = sum(file.stat().st_size for file in files)
    print(f"{len(files):,} files, {size / 1e6:.1f} MB, {arguments.faulty:.0%} with mistakes; {os.cpu_count()} cores")
    strict = Tool("persona check --fail-on note", [persona, "check", "--fail-on", "note", "."])
    if not strict.accepts(folder):
        sys.exit("error: the files are not valid")
    own = own_tools(persona)
    tools = own + [peer for peer in peers(files) if peer.accepts(folder)]
    spoil(files, arguments.faulty)

    for number in range(arguments.rounds):
        for tool in tools:
            if number == 0 or tool.median < PATIENCE:
                tool.run(folder)
    print(f"\n{'tool':40}{'median':>10}{'ratio':>9}{'best':>10}{'worst':>10}{'CPU':>10}{'rounds':>8}{'exit code':>11}")
    for tool in tools:
        ratio = tool.median / own[0].median
        print(f"{tool.name:40}{tool.median:>8.3f} s{ratio:>8.2f}×", end="")
        print(f"{min(tool.seconds):>8.3f} s{max(tool.seconds):>8.3f} s", end="")
        print(f"{statistics.median(tool.processor):>8.3f} s{len(tool.seconds):>8}{tool.code:>11}")

    goals = []
    for goal, name, own_tool, least in [
        ("faster than Sourcemeta --fast, on one thread", SOURCEMETA, own[0], 1.0),
        ("at least 1.7× as fast as Sourcemeta --fast, on two", SOURCEMETA, own[min(1, len(own) - 1)], 1.7),
        ("at least 60× as fast as check-jsonschema, on one", "check-jsonschema", own[0], 60),
    ]:
        for peer in tools:
            if peer.name.startswith(name):
                # A median can be twice another of the same tool, by the time that memory takes; best runs agree.
                median, best = peer.median / own_tool.median, min(peer.seconds) / min(own_tool.seconds)
                found = f"{median:.2f}× by the median, {best:.2f}× by the best run"
                goals.append((goal, found, min(median, best) >= least))
    return goals


def measure_one(persona, folder, arguments):
    one = Tool("one file", [persona, "check", "--fail-on", "never", "persona-00000.yaml"])
    for _ in range(20):
        one.run(folder)
    memory, least = peak_memory([persona, "check", "."], folder), peak_memory(["true"], folder)
    print(f"\none file: {one.median * 1e3:.1f} ms, process start included (median of 20)")
    print(f"peak memory of {arguments.files:,} files: {memory:.1f} MiB (below {least:.1f} MiB it could not be seen)")
    return [
        ("one file in at most 6 ms", f"{one.median * 1e3:.1f} ms", one.median <= 0.006),
        ("peak memory of at most 16 MiB", f"{memory:.1f} MiB", memory <= 16),
    ]


def measure_growth(persona, folder):
    parts = [folder / f"{number:02}" for number in range(GROWTH[-1] // 1_000)]
    for number, part in enumerate(parts):
        write_personas(part, 1_000, number * 1_000)
    print(f"\n{'files':>6}{'median':>11}{'per 1,000':>12}{'peak memory':>14}   (all threads, 3 rounds)")
    tools = [Tool(f"{count:,}", [persona, "check", *parts[: count // 1_000]]) for count in GROWTH]
    for tool, _ in itertools.product(tools, range(3)):
        tool.run(folder)
    costs = [tool.median / count * 1_000 for tool, count in zip(tools, GROWTH)]
    for tool, cost in zip(tools, costs):
        print(f"{tool.name:>6}{tool.median:>9.3f} s{cost:>10.4f} s{peak_memory(tool.command, folder):>10.1f} MiB")
    growth = costs[-1] / costs[0]
    return [("a file of 20,000 costs at most 1.3× one of 1,000", f"{growth:.2f}×", growth <= 1.3)]


def peak_memory(command, folder):
    """In MiB. A child counts from what its parent holds, so the parent is an interpreter that has loaded nothing."""
    spawn = "import os, sys; child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions="
    spawn += "[(os.POSIX_SPAWN_DUP2, 2, 1)]); sys.stdout.write(str(os.wait4(child, 0)[2].ru_maxrss))"
    run = [sys.executable, "-I", "-S", "-c", spawn, *map(str, command)]
    peak = subprocess.run(run, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return int(peak) / unit


# --- The files -------------------------------------------------------------------------------------------------------


def write_personas(folder, count, first=0):
    folder.mkdir(parents=True)
    files = []
    for number in range(first, first + count):
        file = folder / f"persona-{number:05}.yaml"
        file.write_text(persona_file(number), encoding="utf-8")
        files.append(file)
    return files


def persona_file(number):
    """A valid persona of 4 to 15 KB. Most are long, as written ones are."""
    chance = random.Random(number)
    language = LANGUAGES[number % len(LANGUAGES)]
    write = Writer(chance, language)
    names = chance.sample(NAMES, 6)
    keys = [
        f"spec: persona/v1\nid: persona-{number:05}\nname: {names[0]}\ntagline: \"{write.sentence()}\"",
        f"portrays: fictional-character\nlanguage: {language['tag']}",
        f"avatar:\n  src: avatars/persona-{number:05}.svg\n  alt: \"{write.sentence()}\"",
        "description: |" + write.prose(2, 2),
        "personality: |" + write.prose(2, 1),
        "style:" + write.items(4) + "\nboundaries:" + write.items(3),
        f"topics: [{', '.join(chance.sample(language['topics'], 4))}]",
        "greeting: |" + write.prose(2, 1),
        "example_dialogues:",
    ]
    for _ in range(chance.randint(1, 2)):
        keys.append(f"  - - role: user\n      content: {write.question()}")
        keys.append("    - role: character\n      content: |" + write.prose(8, 1))
    keys.append("related_characters:")
    for name in names[1 : chance.randint(3, 6)]:
        keys.append(f"  - name: {name}\n    relation: {chance.choice(RELATIONS)}")
        keys.append("    description: |" + write.prose(6, 1))
    keys.append(f"tags: [{', '.join(chance.sample(TAGS, 3))}]\nversion: \"1.{number % 9}\"\nlicense: CC0-1.0")
    keys.append(f"sources:\n  - title: \"{write.sentence()}\"\n    url: https://example.org/{number}")
    keys.append("faq:")

    wanted = chance.triangular(4_500, 13_800, 13_500)
    size = sum(len(part.encode()) + 1 for part in keys)
    while keys[-1] == "faq:" or size < wanted:
        tags = ", ".join(chance.sample(TAGS, 2))
        keys.append(f"  - question: {write.question()}\n    answer: |{write.prose(6, 2)}\n    tags: [{tags}]")
        size += len(keys[-1].encode()) + 1
    return "\n".join(keys) + "\n"


class Writer:
    def __init__(self, chance, language):
        self.chance = chance
        self.language = language
        questions = list(itertools.product(language["questions"], language["topics"]))
        self.questions = iter(chance.sample(questions, len(questions)))

    def sentence(self):
        chance = self.chance
        facts = {"year": chance.randint(1500, 1999), "place": chance.choice(PLACES), "name": chance.choice(NAMES)}
        return chance.choice(self.language["sentences"]) % facts

    def question(self):
        question, topic = next(self.questions)
        return question % topic

    def prose(self, indent, paragraphs):
        """Paragraphs of a block literal, a sentence a line."""
        lines = []
        for _ in range(paragraphs):
            lines += [" " * indent + self.sentence() for _ in range(self.chance.randint(2, 4))] + [""]
        return "\n" + "\n".join(lines[:-1])

    def items(self, count):
        texts = dict.fromkeys(self.sentence() for _ in range(count))
        return "".join(f'\n  - "{text}"' for text in texts)


def spoil(files, share):
    """Puts one to three mistakes in a share of the files. All stay YAML: some peers end at the first that is none."""
    chance = random.Random(len(files))
    for file in chance.sample(files, round(share * len(files))):
        text = file.read_text(encoding="utf-8")
        for before, after in chance.sample(MISTAKES, chance.randint(1, 3)):
            text = text.replace(before, after, 1)
        file.write_text(text, encoding="utf-8")


MISTAKES = [
    ("\ntagline:", "\ntagine:"),
    ("\nname:", "\ntitle:"),
    ("\nversion: \"1.", "\nversion: 1.0 # \""),
    ("    relation: ", "    relation: Old "),
    ("role: user", "role: visitor"),
    ("\ntags: [", "\ntags: none # ["),
    ("\nlanguage: ", "\nlanguage: the language "),
]

NAMES = """Amina Okoye/Bruno Santarelli/Chen Yulan/Dagmar Ness/Elif Aydın/Fyodor Belov/Greta Lindqvist/Hassan Idrisi
Inés Quiroga/Jarek Wilk/Kaya Morimoto/Lúcia Ferraz/Мария Орлова/Niamh Byrne/Olena Kovalchuk/Priya Raman"""
NAMES = NAMES.replace("\n", "/").split("/")
PLACES = "Alexandria/Bergen/Córdoba/Dresden/Kyōto/Łódź/Montréal/São Paulo/Тбилиси/Valparaíso/西安".split("/")
RELATIONS = "ally/rival/friend/mentor/student/colleague/sibling/influence".split("/")
TAGS = "history/science/music/travel/letters/teaching/law/medicine/theatre/the sea".split("/")

LANGUAGES = [
    {
        "tag": "en",
        "sentences": [
            "{{char}} learned the trade in %(place)s, where nobody asked a newcomer for papers.",
            "In %(year)d the workshop burned down, and what could be saved fitted on one cart.",
            "Ask about %(name)s and the answer will be short, polite and not quite true.",
            "A good map, so the saying in %(place)s goes, is an argument that one can fold.",
            "The letters of %(year)d are *kinder* than those that followed, and better spelt.",
            "“Never mind the weather,” wrote %(name)s, “the harbour will still be there on Monday.”",
            "What {{user}} brings to the table is heard to the end before anything is said against it.",
            "Of the three books only the second, printed in **%(year)d**, is still read with pleasure.",
        ],
        "questions": [
            "Why did %s matter so much?", "What is the best beginning for %s?",
            "Who taught you about %s?", "What went wrong with %s?",
        ],
        "topics": [
            "glass and light", "the price of bread", "old instruments", "the northern route",
            "bees", "winter markets", "codes", "tides",
        ],
    },
    {
        "tag": "es",
        "sentences": [
            "{{char}} llegó a %(place)s con una maleta, dos cartas y ninguna prisa.",
            "En el año %(year)d compró la imprenta, y desde entonces no ha dormido una noche entera.",
            "Según %(name)s, quien pregunta dos veces ya sabe la mitad de la respuesta.",
            "¿Quién se acuerda hoy de la huelga de %(year)d? Los nietos de quienes la perdieron.",
            "Habla despacio, corrige con cariño y nunca deja una **pregunta** sin contestar.",
            "El café de %(place)s cerró, pero la tertulia siguió en la cocina de una vecina.",
            "A {{user}} le cuenta la historia entera, también la parte en que se equivocó.",
        ],
        "questions": [
            "¿Por qué importa tanto %s?", "¿Cómo empezó %s?",
            "¿Qué se cuenta todavía de %s?", "¿Quién estudió primero %s?",
        ],
        "topics": [
            "la imprenta vieja", "el puente nuevo", "la sequía", "el baile",
            "la radio", "el mercado", "la escuela nocturna", "el río",
        ],
    },
    {
        "tag": "de",
        "sentences": [
            "{{char}} stammt aus %(place)s und misst bis heute jede Entfernung in Stunden zu Fuß.",
            "Im Herbst %(year)d fiel die Entscheidung, über die später niemand gern sprach.",
            "Von %(name)s stammt der Satz, dass ein guter Einwand mehr wert sei als drei Zusagen.",
            "Die Werkstatt lag im Hinterhof, und im Winter gefror das Wasser in den Eimern.",
            "Wer wie {{user}} nach den Gründen fragt, bekommt sie der Reihe nach und ohne Umschweife.",
            "Das zweite Heft, *gedruckt %(year)d*, enthält mehr Druckfehler als Gedanken.",
            "Über größere Flüsse, Brücken und Schleusen lässt sich mit ihr stundenlang streiten.",
        ],
        "questions": [
            "Warum ist %s so wichtig?", "Wie begann %s?",
            "Was wissen wir über %s?", "Wer hat %s zuerst beschrieben?",
        ],
        "topics": [
            "das Uhrwerk", "die lange Reise", "der Streit", "das Archiv",
            "die Sternwarte", "der Deichbau", "das Wörterbuch", "die Bahn",
        ],
    },
    {
        "tag": "ru",
        "sentences": [
            "{{char}} живёт у самой реки и каждое утро записывает, как высоко стоит вода.",
            "В %(year)d году экспедиция вернулась без лошадей, но с тремя ящиками бумаг.",
            "Когда речь заходит о городе %(place)s, голос становится тише и теплее.",
            "Письмо, которое прислала %(name)s, хранится в словаре между двумя страницами.",
            "Спорить с {{user}} можно долго, лишь бы спор шёл *о деле*, а не о словах.",
            "Хороший чертёж, говорили в мастерской, понятен и тому, кто не умеет читать.",
        ],
        "questions": [
            "Почему так важно помнить про %s?", "С чего начались %s?",
            "Что известно про %s?", "Кто первым описал %s?",
        ],
        "topics": [
            "старые карты", "северные ветры", "часы на башне", "речные лоции",
            "степные дороги", "зимние ярмарки", "первые опыты", "детские книги",
        ],
    },
    {
        "tag": "zh",
        "sentences": [
            "{{char}}年轻时在%(place)s学艺，师傅只教了三句话，其余全靠自己看。",
            "%(year)d年的大雪封住了山路，村里的人第一次一起读完了一本书。",
            "%(name)s常说，问得好的问题，已经有了一半的答案。",
            "{{user}}若是问起往事，总会先得到一杯热茶，然后才是故事。",
            "那本**旧账簿**里没有账，只有天气、潮水和来往客人的名字。",
            "说话不急，遇到不懂的地方，就老老实实地说不懂。",
        ],
        "questions": [
            "为什么%s这么重要？", "%s是从什么时候开始的？",
            "关于%s，我们知道些什么？", "最早写到%s的人是谁？",
        ],
        "topics": [
            "茶路", "古琴", "星图", "木桥",
            "渔汛", "药草", "灯会", "家书",
        ],
    },
]


if __name__ == "__main__":
    main()
