# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a file of evidence with nothing of ours: formats from C2SP and RFC 9162, signatures by openssl."""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile


def fail(why):
    print(why, file=sys.stderr)
    sys.exit(1)


def open_note(note, key):
    """The checkpoint of a signed note (name, size, root), if the key NAME+ID+BASE64 signed it."""
    name, key_id, public = key.split("+", 2)
    raw = base64.b64decode(public, validate=True)
    if raw[0] != 1 or hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        fail("the key's id is not its own")
    text, signatures = note.split("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signed = base64.b64decode(signature, validate=True)
        if dash != "\u2014" or signer != name or signed[:4].hex() != key_id:
            continue
        with tempfile.TemporaryDirectory() as folder:
            files = {"key": bytes.fromhex("302a300506032b6570032100") + raw[1:], "text": text.encode(), "sig": signed[4:]}
            for file, content in files.items():
                with open(f"{folder}/{file}", "wb") as out:
                    out.write(content)
            checked = subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", f"{folder}/key", "-rawin",
                 "-in", f"{folder}/text", "-sigfile", f"{folder}/sig"], capture_output=True, check=False)
        if checked.returncode == 0:
            origin, size, root = text.splitlines()[:3]
            return origin, int(size), base64.b64decode(root)
    return None


def extends(first, first_root, second, second_root, proof):
    """RFC 9162, section 2.1.4.2, for 0 < first < second."""
    def node(left, right):
        return hashlib.sha256(b"\x01" + left + right).digest()
    proof = list(proof)
    if first & (first - 1) == 0:
        proof.insert(0, first_root)
    if not proof:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for hash_ in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(hash_, fr), node(hash_, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, hash_)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_root and sr == second_root and sn == 0


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        evidence = json.load(file)
    if evidence["format"] != "hpcbill-audit-evidence/1":
        fail("another format")
    before, presented = evidence["seen_before"], evidence["presented"]
    old = open_note(before["note"], before["key"])
    new = open_note(presented["note"], before["key"])
    if not old or not new:
        fail("a signature is wrong")
    if old[0] != new[0] or old[1] != before["size"] or old[2].hex() != before["root"]:
        fail("the notes are not about one log, or not what stands beside them")
    print("both signed by the same key")
    proof = evidence["consistency_proof"]
    if new[1] < old[1]:
        print(f"contradiction: {new[1]} records now, {old[1]} before")
    elif new[1] == old[1]:
        print("contradiction: another root") if new[2] != old[2] else fail("no contradiction")
    elif proof is None or not extends(old[1], old[2], new[1], new[2], [bytes.fromhex(h) for h in proof["proof"]]):
        print("contradiction: the later one does not follow from the earlier one")
    else:
        fail("no contradiction")


main()
