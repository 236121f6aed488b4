"""The labelled texts that extract.py asks about: rows as (input, truth)."""
import collections
import datetime
import json
import re

DATE_FORMS = ["%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y",
              "%d/%b/%Y", "%Y-%m-%d", "%Y/%m/%d", "%d-%b-%y", "%d %b %y", "%b %d, %Y", "%d.%m.%y", "%d%b%Y", "%Y%m%d"]
ENTITY_KINDS = ["person", "location", "corporation", "product", "creative-work", "group"]


def iso_date(text):
    for form in DATE_FORMS:
        try:
            return datetime.datetime.strptime(text.strip().title(), form).date().isoformat()
        except ValueError:
            continue
    return None


def receipts(data, rows):
    """Scanned receipts; the day and the total as SQL writes them. A label that cannot be read is left out."""
    for line in (data / "sroie_receipts/receipts.jsonl").read_text(encoding="utf-8").splitlines()[:rows]:
        record = json.loads(line)
        fields = record["fields"]
        total = re.sub(r"[^0-9.]", "", fields.get("total", ""))
        truth = {"company": fields.get("company"), "paid_on": iso_date(fields.get("date", "")),
                 "address": fields.get("address"), "total": f"{float(total):.2f}" if total else None}
        yield record["text"], {name: value for name, value in truth.items() if value}


def entities(data, rows):
    """Posts that name something, with their named entities by kind."""
    text = (data / "wnut17/emerging.test.annotated").read_text(encoding="utf-8")
    posts = [block.splitlines() for block in re.split(r"\n\s*\n", text) if block.strip()]
    posts = [post for post in posts if any("\tB-" in line for line in post)]
    for post in posts[:rows]:
        words, found = [], collections.defaultdict(list)
        for line in post:
            word, label = line.rsplit("\t", 1)
            words.append(word)
            if label.startswith("B-"):
                found[label[2:]].append(word)
            elif label.startswith("I-"):
                found[label[2:]][-1] += " " + word
        yield " ".join(words), {kind: found[kind] for kind in ENTITY_KINDS}


def questions(data, rows, language):
    """Passages with a question each; the first of each passage, so that passages differ."""
    articles = json.loads((data / f"xquad/xquad.{language}.json").read_text(encoding="utf-8"))["data"]
    passages = [passage for article in articles for passage in article["paragraphs"]]
    for passage in passages[:rows]:
        question = passage["qas"][0]
        yield (passage["context"], question["question"]), {"answer": [a["text"] for a in question["answers"]]}
