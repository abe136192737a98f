#!/usr/bin/python3
"""Validate reports against a JSON Schema: validate.py SCHEMA REPORT...

Prints each error with the place in the report where it is. Exit status: 0 all
valid, 1 some are not, 2 the schema or the validator itself is missing or broken.
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
except ImportError:
    print("validate.py: python3-jsonschema is missing (Debian package of that name)")
    sys.exit(2)


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key occurs twice: %s" % sorted(keys))
    return dict(pairs)


def not_a_number(name):
    raise ValueError("%s is not JSON" % name)


def load(path):
    with open(path, encoding="utf-8", errors="strict") as file:
        return json.load(file, object_pairs_hook=no_duplicates, parse_constant=not_a_number)


def main(arguments):
    if len(arguments) < 2:
        print(__doc__)
        return 2
    try:
        schema = load(arguments[0])
        Draft202012Validator.check_schema(schema)
    except (OSError, ValueError, SchemaError) as error:
        print("%s: %s" % (arguments[0], error))
        return 2
    validator = Draft202012Validator(schema)
    failed = False
    for path in arguments[1:]:
        try:
            problems = sorted(validator.iter_errors(load(path)), key=lambda e: list(map(str, e.path)))
        except (OSError, ValueError) as error:
            print("%s: %s" % (path, error))
            failed = True
            continue
        for problem in problems:
            place = "/".join(str(part) for part in problem.absolute_path) or "the top"
            print("%s: %s: %s" % (path, place, problem.message[:400]))
            failed = True
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
