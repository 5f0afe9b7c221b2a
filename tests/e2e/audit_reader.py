#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion on an exported audit log, written from docs/audit-format.md, RFC 6962 and RFC 8032 alone.

audit_reader.py FILE [KEY]: prints `whole RECORDS HEAD CONFIRMED` and exits 0, or `SEQ FAULT SENTENCE` of the first bad record and exits 1.
"""
import base64
import hashlib
import json
import sys

RECORD = ["action", "actor", "actor_role", "address", "details", "outcome",
          "request_id", "seq", "target_id", "target_type", "ts", "v"]
HASHES = ["leaf_hash", "prev_hash", "hash"]
ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Fault(Exception):
    def __init__(self, seq, name, sentence):
        super().__init__(f"{seq} {name} {sentence}")
        self.seq = seq


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- RFC 8785, of what the format allows ---

def canonical_text(text):
    return '"' + "".join(ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def canonical(value):
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


# --- RFC 8032, Ed25519: verification only ---

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g = 2 * t1 * t2 * D % P
    h = 2 * z1 * z2 % P
    k, m, n, o = f - e, h - g, h + g, f + e
    return k * m % P, n * o % P, m * n % P, k * o % P


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != x2 or (x == 0 and sign):
        raise ValueError("no point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, text, signature):
    try:
        left, right = point_of(key), point_of(signature[:32])
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % Q
    a, b = times(s, BASE), add(right, times(h, left))
    return len(signature) == 64 and s < Q and (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


# --- Signed notes and checkpoints ---

def read_key(text):
    name, key_id, encoded = text.split("+", 2)
    data = base64.b64decode(encoded, validate=True)
    if len(data) != 33 or data[0] != 1 or sha256(name.encode(), b"\n", data)[:4].hex() != key_id:
        raise ValueError("no key")
    return name, bytes.fromhex(key_id), data[1:]


def open_checkpoint(note, keys):
    """(size, root); None where none of the keys has signed. Throws where one of them is said to have."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    known = False
    for line in signatures.rstrip("\n").split("\n"):
        dash, name, encoded = line.split(" ")
        data = base64.b64decode(encoded, validate=True)
        for key_name, key_id, key in keys:
            if (dash, name, data[:4]) == ("\u2014", key_name, key_id):
                if not is_signed(key, text.encode(), data[4:]):
                    raise ValueError("a signature is wrong")
                known = True
    lines = text.split("\n")
    size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    return (size, root) if known else None


def grown(peaks, leaves):
    """The complete subtrees, as (leaves, hash), of a tree that began with these."""
    peaks = list(peaks)
    for leaf in leaves:
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            (width, right), (_, left) = peaks.pop(), peaks.pop()
            peaks.append((2 * width, sha256(b"\x01", left, right)))
    return peaks


def root_of(peaks):
    root = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        root = sha256(b"\x01", left, root)
    return root


def read_tree(tree):
    """What stands before a window: how many records, and their complete subtrees."""
    widths = [1 << bit for bit in reversed(range(tree["size"].bit_length())) if tree["size"] >> bit & 1]
    hashes = [bytes.fromhex(text) for text in tree["hashes"]]
    if list(tree) != ["size", "hashes"] or len(hashes) != len(widths) or any(len(one) != 32 for one in hashes):
        raise ValueError("no tree")
    return tree["size"], list(zip(widths, hashes))


def tree_root(leaves):
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01", tree_root(leaves[:half]), tree_root(leaves[half:]))


# --- Records ---

class Record:
    def __init__(self, stored):
        if sorted(stored) != sorted(RECORD + HASHES):
            raise ValueError(f"the members are {sorted(stored)}")
        self.fields = {name: stored[name] for name in RECORD}
        self.seq = stored["seq"]
        self.leaf, self.prev, self.hash = (bytes.fromhex(stored[name]) for name in HASHES)
        self.leaf_under(self.seq)

    def leaf_under(self, seq):
        return sha256(b"\x00", canonical({**self.fields, "seq": seq}).encode("utf-8"))

    def has_own_leaf(self):
        return self.leaf_under(self.seq) == self.leaf

    def fits_together(self):
        return sha256(self.prev, self.leaf) == self.hash

    def own_number(self):
        for distance in range(1, 10001):
            for seq in (self.seq - distance, self.seq + distance):
                if seq >= 1 and self.leaf_under(seq) == self.leaf:
                    return seq
        return None


def fault_of(records, at, good, before_all):
    """Why records[at] is not good, by the table."""
    expected, bad = before_all + len(good) + 1, records[at]
    following = records[at + 1] if at + 1 < len(records) else None
    head = good[-1].hash if good else bytes(32)
    before = (good[-2].hash if len(good) > 1 else bytes(32)) if good else None
    if bad.seq < expected:
        return bad.seq, "inserted"
    if bad.seq > expected:
        return expected, "reordered" if any(record.seq == expected for record in records[at + 1:]) else "missing"
    if good and bad.hash == head:
        return expected, "inserted"
    if following and bad.prev == following.hash:
        return expected, "reordered"
    if following and following.prev == head:
        return expected, "inserted"
    if good and bad.fits_together() and bad.prev == before:
        return expected - 1, "inserted"
    if not bad.has_own_leaf():
        own = bad.own_number()
        if own:
            if following and following.leaf_under(following.seq + own - bad.seq) != following.leaf:
                return expected, "reordered"
            return (expected, "missing") if own > expected else (own, "inserted")
        if following and bad.leaf_under(following.seq) == following.leaf:
            return expected, "reordered"
        if not following and not bad.fits_together():
            return expected, "inserted"
        return expected, "altered"
    if not bad.fits_together() or not good:
        return expected, "altered"
    return (expected - 1, "altered") if following else (expected, "inserted")


def verify(lines, trusted):
    keys, records, checkpoints, unreadable = list(trusted), [], [], None
    before, peaks = 0, []
    for number, line in enumerate(lines):
        try:
            stored = json.loads(line, object_pairs_hook=no_member_twice)
            if list(stored) == ["key"]:
                if not trusted:
                    keys.append(read_key(stored["key"]))
            elif list(stored) == ["checkpoint"]:
                checkpoint = open_checkpoint(stored["checkpoint"], keys)
                if checkpoint:
                    checkpoints.append(checkpoint)
                elif not trusted:
                    raise ValueError("a checkpoint is signed by a key that is not there")
            elif list(stored) == ["tree"] and not records:
                before, peaks = read_tree(stored["tree"])
            else:
                records.append(Record(stored))
        except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            unreadable = f"line {number + 1} cannot be read: {error}"
            break
    good = []
    fault = None
    for at, record in enumerate(records):
        head = good[-1].hash if good else record.prev if before else bytes(32)
        if record.seq != before + len(good) + 1 or not record.has_own_leaf() or not record.fits_together() or record.prev != head:
            seq, name = fault_of(records, at, good, before)
            fault = Fault(seq, name, "by the table")
            break
        good.append(record)
    if not fault and unreadable:
        fault = Fault(before + len(good) + 1, "altered", unreadable)
    confirmed = before
    leaves = [record.leaf for record in good]
    for size, root in sorted(checkpoints):
        if fault and size >= fault.seq:
            raise fault
        if size > before + len(good):
            raise Fault(before + len(good) + 1, "cut_off", f"a checkpoint is of {size} records")
        if size < before:
            continue  # of what the window does not hold
        if (root_of(grown(peaks, leaves[:size - before])) if before else tree_root(leaves[:size])) != root:
            raise Fault(confirmed + 1, "rewritten", f"since checkpoint {size}")
        confirmed = size
    if fault:
        raise fault
    if trusted and not checkpoints:
        raise Fault(1, "rewritten", "nothing is signed by the key that is trusted")
    return len(good), (good[-1].hash if good else bytes(32)).hex(), confirmed


def main():
    with open(sys.argv[1], "rb") as file:
        lines = file.read().rstrip(b"\n").split(b"\n")
    try:
        print("whole", *verify(lines, [read_key(key) for key in sys.argv[2:]]))
    except Fault as fault:
        print(fault)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
