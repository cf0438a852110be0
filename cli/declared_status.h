// `klamm declared status`: what has become of declared topics and users, as the active controller tells it at
// the page /declared of its klamm.admin.listener (docs/declared.md).
#pragma once

#include "base/clock.h"
#include "cli/client/stream.h"
#include "cli/options.h"
#include "cli/output.h"

namespace klamm::cli {

// `words` are addresses of nodes, host:port each. Prints what the first of them says that knows: JSON, a line
// for each object. The exit status: 0 where everything is as it is declared; 1 where something is not, or
// nobody knows.
int run_declared_status(Words words, Network& network, const Clock& clock, Console& console);

}  // namespace klamm::cli
