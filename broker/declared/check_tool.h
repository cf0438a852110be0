// `klamm declared check DIRECTORY`: says what manifests declare, and what is wrong with them, before a
// cluster sees them.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "storage/disk.h"

namespace klamm::broker {

// `args` is what follows `klamm declared`. The exit status: 0; 1 where a manifest or a topic's setting is
// wrong, the directory cannot be read, or the words are others; `status` is cli/declared_status.
int run_declared_tool(std::span<const std::string_view> args, storage::Disk& disk, std::ostream& out,
                      std::ostream& err);

}  // namespace klamm::broker
