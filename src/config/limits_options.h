#pragma once

#include "options_file.h"
#include "options_reader.h"

namespace pm::config {

// The keys of a process table that say what its processes may use, and as whom they run.
void read_limits(Reader& reader, const toml::node& node, ProcessOptions& into);
void read_nice(Reader& reader, const toml::node& node, ProcessOptions& into);
void read_oom_score_adj(Reader& reader, const toml::node& node, ProcessOptions& into);
void read_user(Reader& reader, const toml::node& node, ProcessOptions& into);
void read_group(Reader& reader, const toml::node& node, ProcessOptions& into);
void read_umask(Reader& reader, const toml::node& node, ProcessOptions& into);

}  // namespace pm::config
