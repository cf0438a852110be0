// A stream with TLS over another one.
#pragma once

#include <memory>
#include <string>

#include "cli/client/stream.h"
#include "security/tls_context.h"

namespace klamm::cli {

// Shakes hands; `host` is what the other end's certificate must be for.
Attempt<std::unique_ptr<Stream>> open_tls(std::unique_ptr<Stream> below,
                                          std::shared_ptr<const security::TlsContext> context,
                                          const std::string& host, const Deadline& deadline);

}  // namespace klamm::cli
