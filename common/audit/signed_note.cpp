// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/signed_note.h"

#include "common/audit/base64.h"
#include "common/audit/sha256.h"
#include "common/error.h"
#include "common/invariant.h"
#include "common/utf8.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

namespace hpcbill::audit
{
namespace
{

using EvpKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using EvpContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::size_t noteBytesMax = std::size_t{64} * 1024;
constexpr std::size_t signaturesMax = 100;
constexpr std::size_t idSize = 4;
constexpr std::size_t signatureSize = 64;
constexpr char ed25519 = 1;
constexpr std::string_view dash = "\u2014 ";

const unsigned char* octets(std::string_view bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

template <typename Bytes>
std::string_view view(const Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint32_t bigEndian(std::string_view bytes)
{
    std::uint32_t number = 0;
    for (const char byte : bytes.substr(0, idSize))
        number = number << 8U | static_cast<unsigned char>(byte);
    return number;
}

std::string toBigEndian(std::uint32_t number)
{
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += static_cast<char>(number >> shift & 0xFFU);
    return bytes;
}

std::uint32_t keyIdOf(std::string_view name, std::string_view typeAndKey)
{
    return bigEndian(bytesOf(sha256({name, "\n", typeAndKey})));
}

/// Unicode's property White_Space, and beyond it every control character.
bool isSpaceOrControl(char16_t unit)
{
    return unit <= 0x20 || (unit >= 0x7F && unit <= 0xA0) || unit == 0x1680 || (unit >= 0x2000 && unit <= 0x200A) ||
           unit == 0x2028 || unit == 0x2029 || unit == 0x202F || unit == 0x205F || unit == 0x3000;
}

std::optional<NoteSignature> readSignature(std::string_view line)
{
    if (!line.starts_with(dash))
        return std::nullopt;
    line.remove_prefix(dash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !isKeyName(line.substr(0, space)))
        return std::nullopt;
    const auto bytes = fromBase64(line.substr(space + 1));
    if (!bytes || bytes->size() <= idSize)
        return std::nullopt;
    return NoteSignature{std::string(line.substr(0, space)), bigEndian(*bytes), bytes->substr(idSize)};
}

NoteKey::Bytes publicKeyOf(const NoteSigner::Seed& seed)
{
    const EvpKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), EVP_PKEY_free);
    NoteKey::Bytes bytes{};
    std::size_t size = bytes.size();
    invariant(key && EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) == 1 && size == bytes.size(),
              "OpenSSL has Ed25519");
    return bytes;
}

} // namespace

bool isKeyName(std::string_view name)
{
    if (name.empty() || !isUtf8(name) || name.find('+') != std::string_view::npos)
        return false;
    const std::u16string units = toUtf16(name);
    return std::none_of(units.begin(), units.end(), isSpaceOrControl);
}

Result<Note, std::string> parseNote(std::string_view note)
{
    const auto refuse = [](const char* why) { return fail(std::string(why)); };
    if (note.size() > noteBytesMax)
        return refuse("is too long for a signed note");
    if (!isUtf8(note) || std::any_of(note.begin(), note.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }))
        return refuse("is not UTF-8 without control characters");
    const std::size_t blank = note.rfind("\n\n");
    if (blank == std::string_view::npos || !note.ends_with('\n'))
        return refuse("has no blank line with signatures after it");
    Note read;
    read.text = note.substr(0, blank + 1);
    std::string_view rest = note.substr(blank + 2);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        auto signature = readSignature(rest.substr(0, end));
        if (!signature)
            return refuse("has a line after its text that is no signature");
        read.signatures.push_back(std::move(*signature));
        if (read.signatures.size() > signaturesMax)
            return refuse("has too many signatures");
        rest.remove_prefix(end + 1);
    }
    if (read.signatures.empty())
        return refuse("has no signature");
    return read;
}

std::string toText(const Note& note)
{
    std::string text = note.text + '\n';
    for (const NoteSignature& signature : note.signatures)
        text += fmt::format("{}{} {}\n", dash, signature.name, toBase64(toBigEndian(signature.keyId) + signature.bytes));
    return text;
}

NoteKey::NoteKey(std::string name, const Bytes& publicKey)
    : m_name(std::move(name))
    , m_bytes(publicKey)
{
    if (!isKeyName(m_name))
        throw InvalidInput("name", "Must be a name without white space and plus signs.");
    m_id = keyIdOf(m_name, ed25519 + std::string(view(m_bytes)));
}

Result<NoteKey, std::string> NoteKey::parse(std::string_view text)
{
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos)
        return fail(std::string("is not a key NAME+ID+BASE64"));
    const std::string_view name = text.substr(0, first);
    const auto key = fromBase64(text.substr(second + 1));
    if (!isKeyName(name) || !key || key->size() != 1 + Bytes{}.size() || key->front() != ed25519)
        return fail(std::string("is not a key NAME+ID+BASE64 of type Ed25519"));
    Bytes bytes{};
    std::copy(key->begin() + 1, key->end(), bytes.begin());
    NoteKey read(std::string(name), bytes);
    if (read.toText() != text)
        return fail(std::string("has an id that is not that of its key"));
    return read;
}

std::string NoteKey::toText() const
{
    return fmt::format("{}+{:08x}+{}", m_name, m_id, toBase64(ed25519 + std::string(view(m_bytes))));
}

bool NoteKey::isNamedBy(const NoteSignature& signature) const
{
    return signature.name == m_name && signature.keyId == m_id;
}

bool NoteKey::verifies(std::string_view text, std::string_view signature) const
{
    const EvpKey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, m_bytes.data(), m_bytes.size()), EVP_PKEY_free);
    const EvpContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    invariant(context != nullptr, "OpenSSL has a context");
    return key && signature.size() == signatureSize &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text), text.size()) == 1;
}

NoteSigner::NoteSigner(const std::string& name, const Seed& seed)
    : m_seed(seed)
    , m_key(name, publicKeyOf(seed))
{
}

NoteSigner::~NoteSigner()
{
    OPENSSL_cleanse(m_seed.data(), m_seed.size());
}

Note NoteSigner::sign(std::string text) const
{
    invariant(text.ends_with('\n'), "the text of a note ends in a line feed");
    const EvpKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, m_seed.data(), m_seed.size()), EVP_PKEY_free);
    const EvpContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string signature(signatureSize, '\0');
    std::size_t size = signature.size();
    invariant(key && context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(text),
                                 text.size()) == 1 &&
                  size == signatureSize,
              "OpenSSL signs by Ed25519");
    return {std::move(text), {{m_key.name(), m_key.id(), std::move(signature)}}};
}

Result<std::string, std::string> openNote(std::string_view note, std::span<const NoteKey> trusted)
{
    Result<Note, std::string> read = parseNote(note);
    if (!read)
        return fail(read.error());
    bool isSigned = false;
    for (const NoteSignature& signature : read->signatures) {
        const auto key = std::ranges::find_if(trusted, [&](const NoteKey& one) { return one.isNamedBy(signature); });
        if (key == trusted.end())
            continue; // of a key that we do not know, and therefore of no weight
        if (!key->verifies(read->text, signature.bytes))
            return fail("has a wrong signature in the name of " + key->name());
        isSigned = true;
    }
    if (!isSigned)
        return fail(std::string("is not signed by a key that is trusted"));
    return read->text;
}

} // namespace hpcbill::audit
