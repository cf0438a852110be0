// Quotas of users, clients and addresses (KIP-546), and SCRAM credentials of users (KIP-554).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/error.h"
#include "security/scram.h"

namespace klamm::cli {

// "user", "client-id" or "ip", and its name; nullopt: the default of all of them.
struct QuotaPart {
  std::string type;
  std::optional<std::string> name;
};

struct Quotas {
  std::vector<QuotaPart> entity;
  std::vector<std::pair<std::string, double>> values;  // in the order in which Kafka's client has them
};

// What to look for: with a name that one, with "" the default, without a name all.
struct QuotaFilterPart {
  std::string type;
  std::optional<std::string> name;
};
// Those whose entities have these parts and no others.
Attempt<std::vector<Quotas>> describe_quotas(Client& client, const std::vector<QuotaFilterPart>& filter);

struct QuotaChange {
  std::string key;
  std::optional<double> value;  // nullopt: to be removed
};
Attempt<> alter_quotas(Client& client, const std::vector<QuotaPart>& entity,
                       const std::vector<QuotaChange>& changes);

struct ScramInfo {
  int8_t mechanism = 0;
  int32_t iterations = 0;
};
struct ScramUser {
  std::string name;
  Attempt<std::vector<ScramInfo>> credentials;
};
// Of these users, or with none of all; users that are not there are left out.
Attempt<std::vector<ScramUser>> describe_scram_users(Client& client, const std::vector<std::string>& users);
// "SCRAM-SHA-256"; "UNKNOWN" for a number that is none.
std::string_view scram_name(int8_t mechanism);

struct NewScram {
  security::ScramMechanism mechanism = security::ScramMechanism::kSha256;
  int32_t iterations = 0;
  std::string password;
};
Attempt<> alter_scram_user(Client& client, const std::string& user, const std::vector<NewScram>& added,
                           const std::vector<security::ScramMechanism>& removed);

}  // namespace klamm::cli
