// What every decide function of the controller takes and gives. They are free functions of the pending image
// and a request: no clock, no log, no locks, and nothing is changed by calling one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "broker/config/config_map.h"
#include "broker/config/controller_config.h"
#include "broker/config/describe.h"
#include "broker/metadata/access.h"
#include "broker/metadata/cluster_image.h"
#include "broker/metadata/record_version.h"
#include "broker/state_machine.h"
#include "protocol/errors.h"
#include "protocol/metadata_record.h"

namespace klamm::broker {

using protocol::ErrorCode;

// Kafka's limit of the records that one request may cause (and of the partitions that one may create).
inline constexpr size_t kRecordsPerRequestMax = 10'000;

// What records make of an image, worked out while they were decided on: see Draft.
struct Drafted {
  ClusterImage before;  // that was decided on
  ClusterImage after;
};

struct Decision {
  // Encoded record values, in order. They commit together or not at all when `atomic`.
  std::vector<Bytes> records;
  bool atomic = true;
  // Where it is known. The records need not be applied to `before` once more.
  std::shared_ptr<const Drafted> drafted{};
};

// Who asks for a decision, by the entries that the node which has the request had published when it came.
struct Asker {
  Access access;
  // What the node itself thinks of a request comes before the authorization on a broker's listener, and
  // behind it on a controller's.
  bool on_controller_listener = false;
};

struct ControllerView {
  const ClusterImage& image;  // the pending one
  const ControllerConfig& config;
  Random& random;  // for ids and placement
  // What would be wrong with a topic's settings, `before` being those it has: Kafka's words.
  std::function<std::optional<Failure>(const ConfigMap& settings, const ConfigMap& before)>
      check_topic_config;
  // All settings of a topic that overrides `settings`, as they are shown; without it they are not told.
  std::function<std::vector<DescribedConfig>(const ConfigMap& settings)> describe_topic_config{};
  // Without one the node decides for itself, and may do everything.
  std::optional<Asker> asker{};
  // Whether the client may create or delete so many more partitions now, which it is charged with then
  // (KIP-599). Without it there is no limit.
  std::function<bool(size_t partitions)> charge_partitions{};

  bool allows(security::AclOperation operation, security::ResourceType type, std::string_view name,
              IfDenied if_denied = IfDenied::kLogged) const {
    return !asker || asker->access.allows(operation, type, name, if_denied);
  }
  bool may_change(size_t partitions) const { return !charge_partitions || charge_partitions(partitions); }
};

// An error that Kafka names, with the sentence that goes with it.
struct ApiError {
  ErrorCode code = ErrorCode::kNone;
  std::string message;
};

// Records as they will stand in the log. A record's views need to live only during add().
class RecordList {
 public:
  explicit RecordList(const ClusterImage& image)
      : version_(image.features().metadata_version().value_or(kMetadataVersionLatest)) {}

  void add(const protocol::MetadataRecord& record) {
    Bytes& value = records_.emplace_back();
    protocol::Writer writer(value);
    protocol::write_metadata_record(writer, record, record_version(record, version_));
  }
  void add(const RecordList& others) {
    records_.insert(records_.end(), others.records_.begin(), others.records_.end());
  }
  size_t size() const { return records_.size(); }
  const Bytes& last() const { return records_.back(); }
  std::vector<Bytes> take() { return std::exchange(records_, {}); }

 private:
  const MetadataVersion version_;
  std::vector<Bytes> records_;
};

// A decision and what to answer once it is committed. The response's views are into the request, the image
// that was decided on, or `texts`.
template <class Response>
struct Decided {
  Decision decision;
  Response response;
  Texts texts;
};

}  // namespace klamm::broker
