// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>

namespace hpcbill::slurm
{

/// The bytes of a stream, taken out of gzip or zstd where it is compressed: told by how it begins, since
/// names lie. In constant memory; several members or frames one after another (what `cat` of such files
/// gives) are one text. Nobody can tell a file that was cut between two of them from a whole one.
class PlainBytes final
{
public:
    /// `from` must outlive it.
    explicit PlainBytes(std::istream& from);
    ~PlainBytes();
    PlainBytes(const PlainBytes&) = delete;
    PlainBytes& operator=(const PlainBytes&) = delete;

    /// Fills `into` (not empty) as far as there is anything; 0 at the end alone. Throws SourceFailure when
    /// the stream breaks off or is damaged, after all that could be read was given out.
    std::size_t read(std::span<char> into);

    /// How much of the stream itself was read: what its size is to be compared with.
    [[nodiscard]] std::uint64_t bytesTaken() const;

    class Input;
    class Decoder;

private:
    std::unique_ptr<Input> m_input;
    std::unique_ptr<Decoder> m_decoder; ///< none for a text that is plain
};

} // namespace hpcbill::slurm
