"""What the benches of SQL have in common: fathom as a process, what EXPLAIN says, results as JSON lines."""
import json
import subprocess

FIGURES = {"Rows": "rows", "Distinct": "distinct", "From ledger": "from_ledger", "Asked": "asked",
           "Tokens": "tokens", "Model time": "seconds"}


def sql_string(text):
    return "'" + text.replace("'", "''") + "'"


def run_sql(fathom, ledger, sql, output="csv"):
    """The process, ended; `sql` may be several statements."""
    return subprocess.run([fathom, "--format", output, "--ledger", str(ledger), "-"], input=sql,
                          capture_output=True, text=True, check=False)


def json_lines(text):
    """The records of JSON lines; unlike splitlines(), U+2028 and its like end none."""
    return [json.loads(line) for line in text.split("\n") if line]


def number(text):
    """Of "1,234", "5.1 s" and "1:02:03"."""
    value = 0.0
    for part in text.removesuffix(" s").replace(",", "").split(":"):
        value = 60 * value + float(part)
    return value


def forecast(explained):
    """What EXPLAIN (FORMAT json) says that a query will take, summed over its operators."""
    total = dict.fromkeys(FIGURES.values(), 0.0)
    operators = json.loads(explained)
    while operators:
        operator = operators.pop()
        operators += operator["children"]
        for name, figure in FIGURES.items():
            total[figure] += number(operator["extra_info"].get(name, "0"))
    return total


def append_line(path, result):
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(result) + "\n")
