// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/site.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hpcbill::bench
{

/// How a site's jobs are written.
struct FormSettings {
    std::string cluster = "demo";
    std::int64_t steps = 0; ///< of each job that started; slurmrestd leaves them out, as it is asked to
    bool epoch = false;     ///< sacct's times as seconds since 1970, else as wall clock of UTC
};

/// A way to write jobs, one after another.
class Form
{
public:
    Form() = default;
    Form(const Form&) = delete;
    Form& operator=(const Form&) = delete;
    virtual ~Form();

    virtual void begin(std::string& text) = 0;
    virtual void add(const SiteJob& job, std::string& text) = 0;
    virtual void end(std::string& text) = 0;
};

/// What `sacct --parsable2` prints, or the body of slurmrestd's `/slurmdb/v0.0.38/jobs?skip_steps=true` (with the exit codes
/// that 22.05 gets wrong set right): "sacct", "slurmrestd". Null for any other name.
std::unique_ptr<Form> makeForm(std::string_view name, FormSettings settings);

/// All jobs of a site at once.
std::string written(const SiteSettings& site, Form& form);

} // namespace hpcbill::bench
