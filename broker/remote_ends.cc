#include "broker/remote_ends.h"

#include <algorithm>

#include "protocol/errors.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/writer.h"

namespace klamm::broker {
namespace {

using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

constexpr int64_t kLatest = -1;  // timestamps of ListOffsets
constexpr int64_t kEarliest = -2;
constexpr int32_t kConsumer = -1;

}  // namespace

std::optional<RemoteEnds::Range> RemoteEnds::find(const Uuid& topic, int32_t partition, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  auto found = known_.find({topic, partition});
  if (found == known_.end()) {
    if (known_.size() >= kPartitionsMax) return std::nullopt;
    found = known_.emplace(Key{topic, partition}, Known{}).first;
  }
  found->second.looked_ms = now_ms;
  if (now_ms - found->second.told_ms > kKeptMs) return std::nullopt;
  return found->second.range;
}

void RemoteEnds::refresh() {
  {
    absl::MutexLock lock(&mutex_);
    if (is_asking_ || known_.empty()) return;
    is_asking_ = true;
  }
  uses_.loop.post([this] { begin_round(); });
}

std::vector<RemoteEnds::Key> RemoteEnds::wanted() {
  const int64_t now_ms = uses_.loop.now_ms();
  std::vector<Key> keys;
  absl::MutexLock lock(&mutex_);
  for (auto at = known_.begin(); at != known_.end();) {
    if (now_ms - at->second.looked_ms > kKeptMs) {
      at = known_.erase(at);
    } else {
      keys.push_back(at->first);
      ++at;
    }
  }
  return keys;
}

void RemoteEnds::begin_round() {
  if (stopped_) return;
  const auto image = uses_.images.get();
  for (auto& [id, leader] : leaders_) leader.left.clear();
  for (const Key& key : wanted()) {
    const PartitionImage* const partition = image->topics().find(key.first, key.second);
    if (partition == nullptr || !partition->has_leader() || partition->leader == uses_.self) continue;
    leaders_[partition->leader].left.push_back(key);
  }
  std::vector<NodeId> asked;
  for (auto& [id, leader] : leaders_) {
    const EndpointImage* const endpoint = image->brokers().live_endpoint(id, uses_.listener);
    if (endpoint == nullptr || leader.left.empty()) continue;
    const NodeAddress address{endpoint->host, endpoint->port};
    if (leader.peer == nullptr || leader.address != address) {
      leader.address = address;
      if (const auto old = std::move(leader.peer)) old->stop();
      leader.peer = uses_.connect(id, address);
    }
    asked.push_back(id);
  }
  asking_ = asked.size() + 1;
  for (NodeId id : asked) ask_next(id);
  end_of(uses_.self);
}

// One leader has been asked for all, or does not answer; or this node has asked all of them.
void RemoteEnds::end_of(NodeId leader) {
  if (const auto found = leaders_.find(leader); found != leaders_.end()) found->second.left.clear();
  if (--asking_ > 0) return;
  absl::MutexLock lock(&mutex_);
  is_asking_ = false;
}

void RemoteEnds::ask_next(NodeId leader) {
  std::vector<Key>& left = leaders_.at(leader).left;
  if (left.empty()) return end_of(leader);
  auto asked = std::make_shared<Asked>();
  asked->leader = leader;
  asked->image = uses_.images.get();
  const size_t count = std::min(left.size(), kOfRequest);
  asked->partitions.assign(left.end() - static_cast<ptrdiff_t>(count), left.end());
  left.resize(left.size() - count);
  send(asked, kLatest);
}

void RemoteEnds::send(const std::shared_ptr<Asked>& asked, int64_t timestamp) {
  PeerRequest request{.key = ListOffsetsRequest::kKey,
                      .version_min = ListOffsetsRequest::kVersionMin,
                      .version_max = ListOffsetsRequest::kVersionMax,
                      .encode = {},
                      .deadline_ms = uses_.loop.now_ms() + kTimeoutMs};
  request.encode = [asked, timestamp](int16_t version, Bytes& out) {
    ListOffsetsRequest body;
    body.replica_id = kConsumer;
    body.timeout_ms = static_cast<int32_t>(kTimeoutMs);
    for (const auto& [topic_id, partition] : asked->partitions) {
      const TopicImage* const topic = asked->image->topics().find(topic_id);
      if (topic == nullptr) continue;
      if (body.topics.empty() || body.topics.back().name != topic->name)
        body.topics.emplace_back().name = topic->name;
      auto& one = body.topics.back().partitions.emplace_back();
      one.partition_index = partition;
      one.timestamp = timestamp;
    }
    protocol::Writer writer(out);
    body.write(writer, version);
  };
  leaders_.at(asked->leader).peer->send(
      std::move(request), [this, asked, timestamp](Result<PeerAnswer, PeerFailure> answer) {
        on_answer(asked, timestamp, answer);
      });
}

// First where they end, and then where they begin.
void RemoteEnds::on_answer(const std::shared_ptr<Asked>& asked, int64_t timestamp,
                           const Result<PeerAnswer, PeerFailure>& answer) {
  if (stopped_) return;
  if (!answer) return end_of(asked->leader);
  protocol::Reader reader(answer->body);
  ListOffsetsResponse response;
  response.read(reader, answer->version);
  if (!reader.ok()) return end_of(asked->leader);
  std::map<Key, Range> both;
  for (const auto& of_topic : response.topics) {
    const TopicImage* const topic = asked->image->topics().find(of_topic.name);
    if (topic == nullptr) continue;
    for (const auto& one : of_topic.partitions) {
      if (one.error_code != protocol::wire_value(protocol::ErrorCode::kNone) || one.offset < 0) continue;
      const Key key{topic->id, one.partition_index};
      if (timestamp == kLatest) {
        asked->told[key].end = Offset{one.offset};
      } else if (const auto told = asked->told.find(key); told != asked->told.end()) {
        both[key] = {Offset{one.offset}, told->second.end};
      }
    }
  }
  if (timestamp == kLatest) return send(asked, kEarliest);
  {
    const int64_t now_ms = uses_.loop.now_ms();
    absl::MutexLock lock(&mutex_);
    for (const auto& [key, range] : both) {
      if (const auto found = known_.find(key); found != known_.end()) {
        found->second.range = range;
        found->second.told_ms = now_ms;
      }
    }
  }
  ask_next(asked->leader);
}

void RemoteEnds::stop() {
  stopped_ = true;
  for (auto& [id, leader] : std::exchange(leaders_, {})) {
    if (leader.peer != nullptr) leader.peer->stop();
  }
}

}  // namespace klamm::broker
