#include "broker/directory_assigner.h"

#include <utility>

#include "base/logging.h"
#include "protocol/errors.h"

namespace klamm::broker {
namespace {

using protocol::AssignReplicasToDirsRequest;
using protocol::AssignReplicasToDirsResponse;
using protocol::ErrorCode;

// As many replicas as Apache Kafka names in one request.
constexpr size_t kReplicasMax = 2250;

AssignReplicasToDirsRequest request_of(const std::map<PartitionKey, Uuid>& places) {
  std::map<Uuid, std::map<Uuid, std::vector<int32_t>>> by_directory;
  for (const auto& [replica, directory] : places)
    by_directory[directory][replica.topic_id].push_back(replica.partition);
  AssignReplicasToDirsRequest request;
  for (const auto& [directory, topics] : by_directory) {
    auto& named = request.directories.emplace_back();
    named.id = directory;
    for (const auto& [topic, partitions] : topics) {
      auto& data = named.topics.emplace_back();
      data.topic_id = topic;
      for (int32_t partition : partitions) data.partitions.push_back({.partition_index = partition});
    }
  }
  return request;
}

}  // namespace

DirectoryAssigner::~DirectoryAssigner() {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(timer_);
}

void DirectoryAssigner::stop() {
  stopped_ = true;
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
}

void DirectoryAssigner::assign(const PartitionKey& replica, const Uuid& directory) {
  uses_.loop.post([this, replica, directory] {
    wanted_.insert_or_assign(replica, directory);
    pump();
  });
}

void DirectoryAssigner::pump() {
  if (stopped_ || wanted_.empty() || !sent_.empty() || timer_ != TimerId::kNone) return;
  send();
}

void DirectoryAssigner::send() {
  while (!wanted_.empty() && sent_.size() < kReplicasMax) sent_.insert(wanted_.extract(wanted_.begin()));
  AssignReplicasToDirsRequest request = request_of(sent_);
  request.broker_id = uses_.self.value;
  ControllerRequest out;
  out.key = AssignReplicasToDirsRequest::kKey;
  out.version_min = AssignReplicasToDirsRequest::kVersionMin;
  out.version_max = AssignReplicasToDirsRequest::kVersionMax;
  out.encode = [this, request = std::move(request)](int16_t version, Bytes& bytes) mutable {
    request.broker_epoch = uses_.broker_epoch();
    protocol::Writer writer(bytes);
    request.write(writer, version);
  };
  uses_.controller.send(
      std::move(out), [this](Result<PeerAnswer, ControllerFailure> answer) { on_answer(std::move(answer)); });
}

void DirectoryAssigner::on_answer(Result<PeerAnswer, ControllerFailure> answer) {
  if (stopped_) return;
  if (!answer && answer.error().what == ControllerFailure::What::kUnsupportedVersion) {
    LOG_WARN("[Broker id={}] the controller knows nothing of replicas' directories: {}", uses_.self.value,
             answer.error().why);
    sent_.clear();
    return pump();
  }
  AssignReplicasToDirsResponse response;
  response.error_code = protocol::wire_value(ErrorCode::kNetworkException);
  if (answer) {
    protocol::Reader reader(answer->body);
    response.read(reader, answer->version);
    if (!reader.ok()) response.error_code = protocol::wire_value(ErrorCode::kUnknownServerError);
  }
  take_over(response);
  pump();
}

// What is refused for one replica (it has left this node, or its topic is deleted) is not said again
// (KAFKA-17190).
void DirectoryAssigner::take_over(const AssignReplicasToDirsResponse& response) {
  const Places sent = std::exchange(sent_, {});
  if (response.error_code != 0) {
    LOG_WARN(
        "[Broker id={}] the controller has refused what it was told of {} replicas' directories: {}; it is "
        "told again",
        uses_.self.value, sent.size(), protocol::name_of(ErrorCode{response.error_code}));
    wanted_.insert(sent.begin(), sent.end());
    return retry_later();
  }
  for (const auto& directory : response.directories) {
    for (const auto& topic : directory.topics) {
      for (const auto& partition : topic.partitions) {
        if (partition.error_code == 0) continue;
        LOG_WARN("[Broker id={}] the directory of partition {} of topic {} was refused: {}", uses_.self.value,
                 partition.partition_index, topic.topic_id.to_string(),
                 protocol::name_of(ErrorCode{partition.error_code}));
      }
    }
  }
}

void DirectoryAssigner::retry_later() {
  timer_ = uses_.loop.call_at(uses_.loop.now_ms() + kRetryMs, [this] {
    timer_ = TimerId::kNone;
    pump();
  });
}

}  // namespace klamm::broker
