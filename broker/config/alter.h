// AlterConfigs and IncrementalAlterConfigs as pure functions of settings: what a request may do and what it
// makes of a resource's settings (ConfigAdminManager and ConfigurationControlManager of Kafka 4.3). Two
// places check, as in Kafka: the broker that takes the request checks its shape and what concerns its own
// configuration; the controller works the result out and checks it. Nothing here ever replaces ${...}.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/config/config_error.h"
#include "broker/config/config_map.h"
#include "broker/config/node_config.h"
#include "broker/config/synonyms.h"
#include "broker/metadata/configs_image.h"

namespace klamm::broker {

// The numbers are those of IncrementalAlterConfigs.
enum class ConfigOperation : int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

struct ConfigChange {
  std::string_view name;
  int8_t operation = 0;  // as it came; AlterConfigs sets
  std::optional<std::string_view> value;
};

// What a controller writes: a key with its new value, or without one when it is taken away.
struct ConfigEdit {
  std::string name;
  std::optional<std::string> value;

  friend bool operator==(const ConfigEdit&, const ConfigEdit&) = default;
};

// --- On the broker that takes the request
// -------------------------------------------------------------------

// Keys twice, or without a value.
std::optional<ConfigError> check_changes(std::span<const ConfigChange> changes);

// Whether a broker may be addressed so: by its own id, or by nothing for all brokers.
std::optional<ConfigError> check_broker_name(std::string_view name, NodeId own);

// Why a listener cannot use key and trust stores that it is to have. Empty where stores are not to be opened.
using StoreTrial =
    std::function<std::optional<Failure>(const std::string& listener, const security::TlsConfig& stores)>;

// What the broker that is to be configured thinks of it. `current` is what the resource holds now. With
// `replace` (AlterConfigs) the changes are all that is left of it.
std::optional<ConfigError> check_broker_changes(std::span<const ConfigChange> changes, bool replace,
                                                bool for_all_brokers, const ConfigMap& current,
                                                const BrokerLayers& layers, const StoreTrial& trial = {});

// The same of the stores of its TLS listeners, which `after` changes where it differs from `before`: whole
// settings both.
std::optional<ConfigError> check_store_changes(const ConfigMap& before, const ConfigMap& after,
                                               const StoreTrial& trial);
// Whether a key names, for a listener, what only opening files shows to be of use.
bool is_store_key(std::string_view name);

// --- On the controller
// --------------------------------------------------------------------------------------

struct AlterContext {
  const ConfigMap& current;   // what the resource holds now
  const ConfigMap& settings;  // the controller's effective ones, the defaults of topics
  bool exists = true;         // the topic, or the broker (all brokers and groups always do)
  bool elr = false;           // eligible.leader.replicas.version is 1 or more
};

// The edits that IncrementalAlterConfigs makes; none for a value that is set already, except on brokers,
// which reload files then (KAFKA-14136).
Result<std::vector<ConfigEdit>, ConfigError> incremental_edits(const ConfigResource& resource,
                                                               std::span<const ConfigChange> changes,
                                                               const AlterContext& context);
// The edits that AlterConfigs makes: what is not named is taken away.
Result<std::vector<ConfigEdit>, ConfigError> replacing_edits(const ConfigResource& resource,
                                                             std::span<const ConfigChange> changes,
                                                             const AlterContext& context);

// --- Afterwards
// ---------------------------------------------------------------------------------------------

// `config` with what may change at run time taken from the layers: limits of connections, workers, expiry of
// producers, stores of listeners. Values that cannot be read (set by a newer release, or at a controller's
// listener, where no broker is asked) leave the file's in force.
NodeConfig reconfigured(const NodeConfig& config, const BrokerLayers& layers);
// Why the limits of connections in it are the file's, where they are.
std::optional<std::string> find_wrong_limits(const BrokerLayers& layers);

// `config.security` with the key and trust stores that `dynamic`, this broker's own settings, gives to
// listeners: listener.name.<name>.ssl.keystore.location and its sisters. Everything else of TLS and SASL is
// that of the file while the node runs, as in Kafka. A listener whose stores do not fit together keeps the
// file's.
SecurityConfig security_with(const NodeConfig& config, const ConfigMap& dynamic);

}  // namespace klamm::broker
