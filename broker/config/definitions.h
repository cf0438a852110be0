// THE table of configuration: every broker, topic, group and client-metrics key of Kafka 4.3 and Klamm's own,
// with type, default, what is valid, whether it can change at run time, and what Klamm does with it. Reading
// server.properties, the config APIs, and docs/configuration.md all follow it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace klamm::broker {

// The numbers are those of DescribeConfigs.
enum class ConfigType : int8_t {
  kUnknown = 0,
  kBoolean = 1,
  kString = 2,
  kInt = 3,
  kShort = 4,
  kLong = 5,
  kDouble = 6,
  kList = 7,
  kClass = 8,
  kPassword = 9,
};

enum class Importance : uint8_t { kHigh, kMedium, kLow };

// Where a broker key may be set besides the file: nowhere, for one broker, or also for all brokers.
enum class DynamicMode : uint8_t { kReadOnly, kPerBroker, kClusterWide };

enum class TreatmentKind : uint8_t {
  kActs,         // does what Kafka does; a note says where not quite
  kMeaningless,  // accepted, and said once at start why it does nothing here
  kNotYet,       // accepted with a warning when set to other than the default
  kRefused,      // set to other than the default, it stops the start; the note says what to do
};

struct Treatment {
  TreatmentKind kind = TreatmentKind::kActs;
  std::string_view note;
};

enum class ValidatorKind : uint8_t {
  kAny,
  kRange,
  kOneOf,
  kOneOfIgnoringCase,
  kNonEmptyString,
  kList,  // without empty entries; duplicates are dropped; entries from `options` if there are any
  kGzipLevel,
  kThrottledReplicas,
  kQuorumVoters,
  kBootstrapServers,
  kOffsetReset,
};

struct Validator {
  ValidatorKind kind = ValidatorKind::kAny;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string_view options = {};  // joined by ", ", in Kafka's order
  bool empty_allowed = true;      // of kList
};

enum class Standing : uint8_t {
  kPublic,
  kRequired,     // without a default
  kInternal,     // not described unless set
  kDynamicOnly,  // known to the config APIs, not part of the file's definition
};

struct ConfigKey {
  std::string_view name;
  ConfigType type = ConfigType::kUnknown;
  std::optional<std::string_view> default_value;  // nullopt is Kafka's null
  Validator validator;
  Importance importance = Importance::kMedium;
  DynamicMode mode = DynamicMode::kReadOnly;  // of broker keys
  Treatment treatment;
  std::string_view documentation;
  Standing standing = Standing::kPublic;
};

// The keys of one kind of resource, by name.
class ConfigTable {
 public:
  explicit ConfigTable(std::vector<std::span<const ConfigKey>> parts);

  std::span<const ConfigKey* const> keys() const { return keys_; }
  const ConfigKey* find(std::string_view name) const;

 private:
  std::vector<const ConfigKey*> keys_;
};

const ConfigTable& broker_keys();
const ConfigTable& topic_keys();
const ConfigTable& group_keys();
const ConfigTable& client_metrics_keys();

std::string_view name_of(ConfigType type);  // "LONG"

}  // namespace klamm::broker
