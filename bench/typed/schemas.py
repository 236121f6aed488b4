"""Random JSON schemas of types that SQL has."""
import string

WORDS = ["name", "total", "kind", "count", "day", "note", "price", "标题", "tags", "place", "ok", "rate", "über", "a b", "x/y"]
VALUES = ["low", "high", "red", "out of stock", "好", "a \"b\"", "n/a"]
FORMATS = ["date", "time", "date-time", "email", "uuid", "timestamp", "time-local"]
PATTERNS = ["^[A-Z]{2}-[0-9]{1,4}$", "^(yes|no)$", "[a-z]+@[a-z]+", "^\\d{3}$"]


class SchemaMaker:
    """`random` (random.Random) decides everything."""

    def __init__(self, random):
        self.random = random

    def make(self):
        """An object, as ai_extract takes it and ai_complete too."""
        schema = self.object(3)
        if self.random.random() < .2:
            schema["$defs"] = {"part": self.scalar()}
            schema["properties"]["part"] = {"$ref": "#/$defs/part"}
        return schema

    def any(self, depth):
        draw = self.random.random()
        if depth > 0 and draw < .12:
            return self.object(depth - 1)
        if depth > 0 and draw < .25:
            return self.array(depth - 1)
        schema = self.scalar()
        if draw > .9:
            return {"anyOf": [schema, {"type": "null"}]}
        return schema

    def object(self, depth):
        names = self.random.sample(WORDS, self.random.randint(1, 5))
        schema = {"type": "object", "properties": {name: self.any(depth) for name in names}}
        if self.random.random() < .4:
            schema["required"] = [name for name in names if self.random.random() < .6]
        if self.random.random() < .3:
            schema["additionalProperties"] = False
        return schema

    def array(self, depth):
        schema = {"type": "array", "items": self.any(depth)}
        if self.random.random() < .7:
            schema["maxItems"] = self.random.randint(1, 4)
        if self.random.random() < .3:
            schema["minItems"] = self.random.randint(0, schema.get("maxItems", 2))
        return schema

    def scalar(self):
        return self.random.choice([self.text, self.text, self.formatted, self.integer, self.number, self.choice, self.boolean])()

    def text(self):
        draw = self.random.random()
        if draw < .3:
            return {"type": "string", "pattern": self.random.choice(PATTERNS)}
        schema = {"type": "string"}
        if draw < .9:
            schema["maxLength"] = self.random.randint(1, 40)
        if draw > .7:
            schema["minLength"] = self.random.randint(0, schema.get("maxLength", 5))
        return schema

    def formatted(self):
        return {"type": "string", "format": self.random.choice(FORMATS)}

    def integer(self):
        low = self.random.choice([-1000000, -5, 0, 1, 17, 1900])
        return {"type": "integer", "minimum": low, "maximum": low + self.random.choice([0, 9, 100, 123456789])}

    def number(self):
        schema = {"type": "number"}
        if self.random.random() < .5:
            schema["multipleOf"] = self.random.choice([.1, .01, .5 * 2, 5])
        if self.random.random() < .6:
            schema[self.random.choice(["minimum", "exclusiveMinimum"])] = self.random.choice([-100, 0, .25])
        if self.random.random() < .6:
            schema[self.random.choice(["maximum", "exclusiveMaximum"])] = self.random.choice([1000, 99999.5])
        return schema

    def choice(self):
        if self.random.random() < .2:
            return {"enum": self.random.sample([1, 2, 3, 10, 200], 3)}
        return {"enum": self.random.sample(VALUES, self.random.randint(1, 4))}

    def boolean(self):
        return {"type": "boolean"}


def random_text(random, characters):
    """Letters, signs, control characters and all of Unicode."""
    pools = [string.ascii_letters + " ", string.printable, "".join(map(chr, range(0xA0, 0x2FFF))),
             "".join(map(chr, range(0x4E00, 0x4F00))), "😀🇩🇪\u202e\u0301"]
    return "".join(random.choice(random.choice(pools)) for _ in range(characters)).replace("\0", "")


def nullable_fields(schema):
    """What ai_extract makes of a schema: every field is written and may be null."""
    nullable = {key: value for key, value in schema.items() if key != "required"}
    nullable["properties"] = {name: {"anyOf": [part, {"type": "null"}]} for name, part in schema["properties"].items()}
    nullable["required"] = list(schema["properties"])
    return nullable
