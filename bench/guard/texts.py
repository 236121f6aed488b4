"""The texts of bench/guard: sound ones of the data sets and this repository, and looped ones made of them."""
import csv
import json
import random
import subprocess

# A phrase comes back at least this often and for at least this many bytes, so that a detector has
# something to find: an answer without a guard goes on to its token limit.
LOOP_ROUNDS, LOOP_BYTES = 12, 3000


def read_csv(path, column):
    with open(path, encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def read_jsonl(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def sound_texts(data, root):
    """{group: texts}; what the data sets hold, whole, and every text file of the repository."""
    with open(data / "ag_news/test.csv", encoding="utf-8", newline="") as file:
        news = [f"{row[1]}\n{row[2]}" for row in csv.reader(file)]
    sms = (data / "sms_spam/sms.tsv").read_text(encoding="utf-8").splitlines()
    names = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return {
        "movie reviews": read_csv(data / "sembench_movie/Reviews.csv", "reviewText"),
        "long reviews": read_jsonl(data / "long_reviews_panglee/reviews.jsonl"),
        "news": news,
        "messages": [line.split("\t", 1)[1] for line in sms],
        "abstracts": read_jsonl(data / "cranfield/docs.jsonl"),
        "receipts": read_jsonl(data / "sroie_receipts/receipts.jsonl"),
        "Chinese take-away": read_csv(data / "zh_waimai_10k/waimai_10k.csv", "review"),
        "Chinese hotels": read_csv(data / "zh_chnsenticorp_htl/ChnSentiCorp_htl_all.csv", "review"),
        "data files": [path.read_text(encoding="utf-8") for path in data_files(data)],
        "repository": list(repository_texts(root, names.split("\0"))),
    }


def data_files(data):
    """Tables and records as they lie on the disk."""
    return [path for folder in ("banking77", "er_abt_buy", "er_restaurants", "geoquery", "pii_presidio", "wnut17", "xquad",
                                "sembench_movie", "cranfield")
            for path in sorted((data / folder).rglob("*")) if path.suffix in (".csv", ".json", ".jsonl", ".md", ".conll", ".txt", ".sql")]


def repository_texts(root, names):
    for name in names:
        path = root / name
        if name and path.is_file():
            try:
                yield path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                pass


class Looped:
    """A text that is sound up to `begin` (bytes) and then one phrase over and over."""

    def __init__(self, start, phrase, rounds, change, language):
        self.begin = len(start.encode())
        self.period = len(phrase)
        self.period_bytes = len(phrase.encode())
        self.change = change
        self.language = language
        self.text = start + "".join(rounds)


def looped_texts(count, sources, seed):
    """`count` texts of every kind of change, from the texts of each language."""
    rng = random.Random(seed)
    return [make_looped(rng, language, texts, change)
            for language, texts in sources.items() for change in ("none", "counter", "word") for _ in range(count)]


def make_looped(rng, language, texts, change):
    """Phrase lengths are spread evenly over the orders of magnitude of 1..400: loops are short more
    often than long. A changed word is one of the language's texts, a counter goes up by one."""
    shortest = {"none": 1, "counter": 8, "word": 60 if language == "en" else 20}[change]
    length = round(shortest * (400 / shortest) ** rng.random())
    source = rng.choice([text for text in rng.choices(texts, k=50) if len(text) > 40])
    while len(source) < length + 20:
        source += " " + rng.choice(texts)
    start = source[:rng.randrange(20, len(source) - length + 1)]
    phrase = source[len(start):len(start) + length]
    count = max(LOOP_ROUNDS, LOOP_BYTES // len(phrase.encode()) + 1)
    return Looped(start, phrase, changed_rounds(rng, language, texts, change, phrase, count), change, language)


def changed_rounds(rng, language, texts, change, phrase, count):
    if change == "none":
        return [phrase] * count
    if change == "counter":
        at, first = rng.randrange(len(phrase)), rng.randrange(1, 200)
        return [f"{phrase[:at]} {first + i} {phrase[at:]}" for i in range(count)]
    begin, end = word_of(rng, language, phrase)
    return [phrase[:begin] + new_word(rng, language, texts) + phrase[end:] for _ in range(count)]


def word_of(rng, language, phrase):
    """Where a word of the phrase stands; in Chinese any two characters."""
    if language == "zh":
        begin = rng.randrange(len(phrase) - 1)
        return begin, begin + 2
    begin = phrase.find(" ", rng.randrange(len(phrase) // 2)) + 1
    end = phrase.find(" ", begin)
    return begin, end if end > 0 else len(phrase)


def new_word(rng, language, texts):
    if language == "en":
        return rng.choice(rng.choice(texts).split() or ["word"])
    text = rng.choice([text for text in rng.choices(texts, k=20) if len(text) > 2])
    begin = rng.randrange(len(text) - 1)
    return text[begin:begin + 2]
