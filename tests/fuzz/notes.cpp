// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/csv_export.h"
#include "common/audit/log_verifier.h"
#include "common/invariant.h"
#include "tests/fuzz/targets.h"

#include <vector>

namespace hpcbill::fuzz
{

void signedNote(std::string_view text)
{
    using audit::NoteKey;
    if (const auto key = NoteKey::parse(text))
        invariant(key->toText() == text && !key->verifies("text\n", text), "a key has two spellings");
    if (const auto checkpoint = audit::parseCheckpoint(text)) {
        const std::string written = audit::toText(*checkpoint);
        invariant(text.starts_with(written) && checkpoint->size >= 0, "a checkpoint is written otherwise than it was read");
        const audit::NoteSigner signer("fuzz", audit::NoteSigner::Seed{1});
        const auto again = audit::openCheckpoint(audit::signedNote(*checkpoint, signer), std::vector{signer.key()});
        // An origin may hold what a note may not.
        invariant(!again || *again == *checkpoint, "a checkpoint that is signed and read is another one");
    }
    const auto note = audit::parseNote(text);
    if (!note) {
        invariant(!note.error().empty(), "a note that cannot be read does not say why");
        return;
    }
    invariant(audit::toText(*note) == text, "a note has two spellings");
    invariant(!audit::openNote(text, {}), "a note was believed that nobody signed");
    invariant(note->text.ends_with('\n') && !note->signatures.empty(), "a note has no text or no signatures");
}

namespace
{

void auditCsv(std::string_view text)
{
    const auto verified = [text](std::size_t piece) {
        audit::LogVerifier verifier;
        {
            audit::CsvExport csv(verifier);
            bool goesOn = true;
            for (std::size_t from = 0; goesOn && from < text.size(); from += piece)
                goesOn = csv.feed(text.substr(from, piece));
            invariant(goesOn == !verifier.finding(), "it is settled what is wrong, and nobody is told");
            csv.finish();
        }
        verifier.finish();
        return verifier;
    };
    const audit::LogVerifier whole = verified(text.size());
    const audit::LogVerifier pieces = verified(3);
    invariant(whole.finding().has_value() == pieces.finding().has_value() && whole.verifier().count() == pieces.verifier().count(),
              "what is wrong depends on where the pieces end");
}

} // namespace

void auditExport(std::string_view text)
{
    if (audit::isCsvExport(text))
        return auditCsv(text);
    const auto verified = [text](audit::LogVerifier::Extent extent) {
        audit::LogVerifier verifier({}, extent);
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            const bool goesOn = verifier.addLine(text.substr(from, end - from));
            invariant(goesOn == !verifier.finding(), "it is settled what is wrong, and nobody is told");
            from = end + 1;
        }
        verifier.finish();
        return verifier;
    };
    const audit::LogVerifier whole = verified(audit::LogVerifier::Extent::whole);
    if (whole.finding()) {
        invariant(!whole.finding()->detail.empty(), "a fault is not explained");
        return;
    }
    invariant(whole.verifier().confirmed() <= whole.verifier().count(), "a checkpoint covers what is not there");
    const audit::LogVerifier part = verified(audit::LogVerifier::Extent::anyPart);
    invariant(!part.finding() && part.verifier().head() == whole.verifier().head(), "a whole log is not whole in itself");
}

} // namespace hpcbill::fuzz
