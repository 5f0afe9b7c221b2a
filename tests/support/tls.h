// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>
#include <string>

namespace hpcbill::support
{

/// Authorities and certificates of one's own, made by openssl in a directory that goes with them: NAME.pem and NAME.key.
/// Everything throws std::runtime_error with openssl's words.
class Certificates final
{
public:
    Certificates();

    void makeAuthority(const std::string& name) const;
    /// For 127.0.0.1 and localhost.
    void makeCertificate(const std::string& name, const std::string& authority) const { sign(name, authority, 2); }
    void makeExpiredCertificate(const std::string& name, const std::string& authority) const { sign(name, authority, -1); }

    [[nodiscard]] std::string file(const std::string& name) const;

private:
    void sign(const std::string& name, const std::string& authority, int days) const;
    void openssl(const std::string& arguments) const;

    QTemporaryDir m_directory;
};

/// A real nginx on a free port of 127.0.0.1 that ends TLS and hands on what it is asked; on 127.0.0.2 too, for which its
/// certificate does not hold.
class Nginx final
{
public:
    /// `certificate`: the name of one of `certificates`; `more`: what else stands in the server's block.
    Nginx(const Certificates& certificates, const std::string& certificate, const std::string& backend, const std::string& more = {});
    ~Nginx();
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    void start(const Certificates& certificates, const std::string& certificate, const std::string& backend, const std::string& more);
    [[nodiscard]] bool hasEnded();
    [[nodiscard]] bool answers() const;

    QProcess m_process;
    std::uint16_t m_port = 0;
};

} // namespace hpcbill::support
