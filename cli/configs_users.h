// kafka-configs of users, clients and addresses: quotas, and SCRAM credentials of users.
#pragma once

#include "cli/client/client.h"
#include "cli/configs_options.h"
#include "cli/error.h"

namespace klamm::cli {

Attempt<> describe_users(Client& client, const ConfigEntities& entities, bool as_json);
Attempt<> alter_users(Client& client, const ConfigEntities& entities, const KeysAndValues& added,
                      const std::vector<std::string>& deleted);

}  // namespace klamm::cli
