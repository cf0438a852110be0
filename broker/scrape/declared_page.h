// What has become of declared topics and users: a page of its own, and a part of /metrics.
#pragma once

#include "broker/admin.h"
#include "broker/declared/status.h"
#include "broker/scrape/section.h"

namespace klamm::broker::scrape {

// JSON. `status` is null where this node is not the active controller, or nothing is declared: 404.
AdminAnswer answer_declared(const DeclaredStatus* status);
// Nothing where there is none.
void write_declared(const DeclaredStatus* status, Exposition& out);

}  // namespace klamm::broker::scrape
