// Controllers that come to the quorum, and that leave it (KIP-853).
#pragma once

#include <cstdint>
#include <string>

#include "cli/client/client.h"
#include "cli/error.h"
#include "cli/options.h"

namespace klamm::cli {

struct RaftEndpoint {
  std::string listener;
  std::string host;
  uint16_t port = 0;

  // "CONTROLLER://host:9093", with brackets around an IPv6 address.
  std::string text() const;
};

// The controller whose configuration --command-config is: its id, its listeners, and the directory of its
// metadata, which is on this machine and formatted.
Attempt<> add_controller(Client& client, const Options& options);
Attempt<> remove_controller(Client& client, const Options& options);

}  // namespace klamm::cli
