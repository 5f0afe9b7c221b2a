// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/verifier.h"

#include "common/invariant.h"

#include <utility>

namespace hpcbill::audit
{

std::string_view codeOf(Fault fault)
{
    switch (fault) {
    case Fault::altered:
        return "altered";
    case Fault::chainBroken:
        return "chain_broken";
    case Fault::missing:
        return "missing";
    case Fault::outOfOrder:
        return "out_of_order";
    }
    violated("a fault without a name", std::source_location::current());
}

Verifier Verifier::ofWindow(std::int64_t firstSeq)
{
    Verifier verifier;
    verifier.m_nextSeq = firstSeq;
    verifier.m_headKnown = firstSeq == 1;
    return verifier;
}

bool Verifier::add(const StoredRecord& stored)
{
    if (m_finding)
        return false;
    const std::int64_t seq = stored.record.seq;
    const std::string name = "record " + std::to_string(seq);
    if (seq > m_nextSeq)
        return found(m_nextSeq, Fault::missing,
                     "record " + std::to_string(m_nextSeq) + " is missing: the next one that is there is " +
                         name);
    if (seq < m_nextSeq)
        return found(seq, Fault::outOfOrder,
                     name + " stands where record " + std::to_string(m_nextSeq) + " belongs");
    if (leafHash(canonical(stored.record)) != stored.leafHash)
        return found(seq, Fault::altered, name + " was altered: its fields do not give its leaf hash");
    if (chainHash(stored.prevHash, stored.leafHash) != stored.hash)
        return found(seq, Fault::altered, name + " was altered: its hashes do not fit together");
    if (m_headKnown && stored.prevHash != m_head)
        return found(seq, Fault::chainBroken,
                     name + " does not continue the record before it: one of the two was replaced");
    m_head = stored.hash;
    m_headKnown = true;
    ++m_nextSeq;
    ++m_count;
    return true;
}

bool Verifier::found(std::int64_t seq, Fault fault, std::string detail)
{
    m_finding = Finding{seq, fault, std::move(detail)};
    return false;
}

} // namespace hpcbill::audit
