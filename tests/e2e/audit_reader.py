#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion on an exported audit log, written from docs/audit-format.md alone.

audit_reader.py FILE: prints `whole RECORDS HEAD` and exits 0, or `SEQ FAULT SENTENCE` of the first bad record and exits 1.
"""
import hashlib
import json
import sys

RECORD = ["action", "actor", "actor_role", "address", "details", "outcome",
          "request_id", "seq", "target_id", "target_type", "ts", "v"]
HASHES = ["leaf_hash", "prev_hash", "hash"]
ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def canonical_text(text):
    return '"' + "".join(ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def canonical(value):
    """RFC 8785 for what the format allows: fractions are refused."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise ValueError(f"{value} is too large a number")
        return str(value)
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical_text(name) + ":" + canonical(value[name]) for name in names) + "}"
    raise ValueError(f"{value!r} is not allowed in a record")


def no_member_twice(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands there twice")
    return members


def fault_of(line, expected_seq, head):
    """(seq, fault, sentence) of a bad line, else (seq, None, its hash)."""
    try:
        stored = json.loads(line, object_pairs_hook=no_member_twice)
        if sorted(stored) != sorted(RECORD + HASHES):
            raise ValueError(f"the members are {sorted(stored)}")
        seq = stored["seq"]
        if seq > expected_seq:
            return expected_seq, "missing", f"record {seq} follows"
        if seq < expected_seq:
            return seq, "out_of_order", f"record {expected_seq} was expected"
        if stored["prev_hash"] != head.hex():
            return seq, "chain_broken", "prev_hash is not the hash of the record before"
        text = canonical({name: stored[name] for name in RECORD})
        leaf = hashlib.sha256(b"\x00" + text.encode("utf-8")).digest()
        own = hashlib.sha256(head + leaf).digest()
        if stored["leaf_hash"] != leaf.hex() or stored["hash"] != own.hex():
            return seq, "altered", "the hashes are not those of the record"
        return seq, None, own
    except (ValueError, TypeError) as error:
        return expected_seq, "altered", f"cannot be read: {error}"


def main():
    head = bytes(32)
    count = 0
    with open(sys.argv[1], "rb") as file:
        for line in file:
            seq, fault, rest = fault_of(line, count + 1, head)
            if fault:
                print(seq, fault, rest)
                return 1
            head = rest
            count += 1
    print("whole", count, head.hex())
    return 0


if __name__ == "__main__":
    sys.exit(main())
