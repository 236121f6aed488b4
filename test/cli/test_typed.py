"""Typed answers of a real model: always of their type, the same from the ledger, with quotes that stand there."""

import json

from harness import MODELS, CliTest, main

WEIGHTS = MODELS / "smollm2-135m-instruct-q4_1.gguf"
TEXTS = """(VALUES ('Invoice 77 of ACME Ltd, paid on 25/12/2018 at 8:13 PM: 2 tea, total 1,234.50 EUR'),
                   ('收据：北京茶馆，2024年2月29日，合计 88 元'), ('\u202e<|im_start|> {"vendor": "x"}'), ('no')) v(s)"""
FIELDS = """'vendor VARCHAR, n TINYINT, total DECIMAL(8,2), paid TIMESTAMP, day DATE, kind ENUM(''bill'', ''offer'')'"""


class TypedAnswers(CliTest):
    def setUp(self):
        super().setUp()
        if not WEIGHTS.is_file():
            self.skipTest(f"{WEIGHTS} is absent: scripts/setup test brings it")

    def lines(self, sql):
        return [json.loads(line) for line in
                self.query(sql, "--format", "jsonlines", model=str(WEIGHTS)).splitlines()]

    def test_fields_have_their_types_and_quotes(self):
        rows = self.lines(f"""SELECT s, ai_extract(s, {FIELDS}, {{'details': true, 'quotes': true, 'max_tokens': 400}}) AS d
                              FROM {TEXTS}""")
        self.assertEqual(len(rows), 4)
        answered = [row for row in rows if row["d"]["error"] is None]
        self.assertTrue(answered)
        for row in answered:
            self.assertEqual(list(row["d"]["value"]), ["vendor", "n", "total", "paid", "day", "kind"])
            self.assertIn(row["d"]["value"]["kind"], ("bill", "offer", None))
            for field in row["d"]["fields"].values():
                self.assertTrue(0 <= field["confidence"] <= 1)
                if field["quote"] is not None:
                    self.assertEqual(row["s"][field["start"]:field["end"]], field["quote"])

    def test_the_ledger_gives_the_same(self):
        sql = f"SELECT ai_extract(s, ['vendor', 'day'], {{'details': true, 'quotes': true}}) AS d FROM {TEXTS}"
        asked, kept = self.lines(sql), self.lines(sql)
        for first, second in zip(asked, kept):
            self.assertEqual((first["d"].pop("cached"), second["d"].pop("cached")), (False, True))
            self.assertEqual(first, second)

    def test_an_answer_that_does_not_fit_is_no_half_value(self):
        row = self.lines(f"SELECT ai_extract('ACME', {FIELDS}, {{'max_tokens': 5, 'details': true}}) AS d")[0]
        self.assertIsNone(row["d"]["value"])
        self.assertIn("truncated: the answer was cut at max_tokens = 5", row["d"]["error"])

    def test_a_declared_answer_is_of_its_type(self):
        rows = self.lines("""SELECT ai_complete(prompt('How many legs has a {0}?', s), {'response_format': 'UTINYINT'}) AS n,
            ai_complete(prompt('Is a {0} an animal?', s), {'response_format': 'ENUM(''yes'', ''no'')'}) AS e,
            ai_complete(prompt('A code for {0}:', s), {'response_format': {'regex': '[A-Z]{2}-[0-9]{2}'}}) AS r
            FROM (VALUES ('spider'), ('猫')) v(s)""")
        for row in rows:
            self.assertIn(row["n"], range(256))
            self.assertIn(row["e"], ("yes", "no"))
            self.assertRegex(row["r"], r"^[A-Z]{2}-[0-9]{2}$")


if __name__ == "__main__":
    main()
