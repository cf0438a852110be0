// What a scraper takes, as its headers say (RFC 9110, 12.5).
#pragma once

#include <string_view>

#include "broker/metrics/exposition.h"

namespace klamm::broker::metrics {

// OpenMetrics where `accept` prefers it to the text format.
Format format_for(std::string_view accept);
bool takes_gzip(std::string_view accept_encoding);

}  // namespace klamm::broker::metrics
