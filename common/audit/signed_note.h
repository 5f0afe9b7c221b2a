// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::audit
{

// Signed notes: C2SP signed-note v1 (https://c2sp.org/signed-note), with Ed25519 signatures (type 0x01).

/// Who signed, by name and key id, and the raw signature.
struct NoteSignature {
    std::string name;
    std::uint32_t keyId = 0;
    std::string bytes;

    bool operator==(const NoteSignature&) const = default;
};

/// A text, which ends in a line feed, and its signatures. Nothing of the text is to be believed before openNote().
struct Note {
    std::string text;
    std::vector<NoteSignature> signatures;

    bool operator==(const Note&) const = default;
};

/// Reads a note of at most 64 KiB and 100 signatures, without verifying any. The error is a sentence.
Result<Note, std::string> parseNote(std::string_view note);
std::string toText(const Note& note);

/// Whether a key may be called so: no white space, no control characters, no `+`; not empty.
bool isKeyName(std::string_view name);

/// A public key that verifies notes.
class NoteKey final
{
public:
    using Bytes = std::array<std::uint8_t, 32>;

    /// Throws InvalidInput{"name"}.
    NoteKey(std::string name, const Bytes& publicKey);
    /// Reads "NAME+KEYID+BASE64", as Go's sumdb/note and C2SP write a key. The error is a sentence.
    static Result<NoteKey, std::string> parse(std::string_view text);

    /// "NAME+KEYID+BASE64".
    [[nodiscard]] std::string toText() const;
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] std::uint32_t id() const { return m_id; }
    [[nodiscard]] const Bytes& bytes() const { return m_bytes; }

    /// Whether the signature claims to be this key's.
    [[nodiscard]] bool isNamedBy(const NoteSignature& signature) const;
    /// Whether the raw signature is this key's over the text.
    [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;

    bool operator==(const NoteKey&) const = default;

private:
    std::string m_name;
    Bytes m_bytes{};
    std::uint32_t m_id = 0;
};

/// A private key that signs notes under a name. Knows no randomness: the 32 bytes of its seed (RFC 8032) are handed in.
class NoteSigner final
{
public:
    using Seed = std::array<std::uint8_t, 32>;

    /// Throws InvalidInput{"name"}.
    NoteSigner(const std::string& name, const Seed& seed);
    ~NoteSigner();
    NoteSigner(const NoteSigner&) = delete;
    NoteSigner& operator=(const NoteSigner&) = delete;

    [[nodiscard]] const NoteKey& key() const { return m_key; }
    /// The note with this signature alone. The text ends in a line feed.
    [[nodiscard]] Note sign(std::string text) const;

private:
    Seed m_seed;
    NoteKey m_key;
};

/// The text of a note that at least one of the keys signed; a note in which a signature of one of them is wrong is refused
/// whole. The error is a sentence.
Result<std::string, std::string> openNote(std::string_view note, std::span<const NoteKey> trusted);

} // namespace hpcbill::audit
