#include "tests/sim/cluster/admin.h"

#include <algorithm>

#include "broker/api.h"
#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/create_partitions_request.h"
#include "protocol/messages/create_partitions_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/delete_records_request.h"
#include "protocol/messages/delete_records_response.h"
#include "protocol/messages/delete_topics_request.h"
#include "protocol/messages/delete_topics_response.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/record_batch_builder.h"

namespace klamm::sim::cluster {
namespace {

constexpr int32_t kTimeoutMs = 10'000;
constexpr int64_t kPatienceMs = 15'000;
constexpr int64_t kBackoffMs = 500;
constexpr int64_t kPauseMs = 6'000;
constexpr size_t kTopicsMax = 12;
constexpr int8_t kTopicResource = 2;
constexpr std::string_view kUncleanElections = "unclean.leader.election.enable";
constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

bool forbids_unclean_elections(const broker::ClusterImage& image, std::string_view topic) {
  const std::string* value =
      image.configs().find(broker::ConfigResourceType::kTopic, topic, kUncleanElections);
  return value != nullptr && *value == "false";
}

}  // namespace

// The topic of the offsets is made when somebody first asks for a coordinator.
bool is_protected(const broker::ClusterImage& image) {
  if (image.topics().find(kOffsetsTopic) == nullptr) return false;
  for (const auto& [id, topic] : image.topics().by_id()) {
    if (!comes_and_goes(topic.name) && !forbids_unclean_elections(image, topic.name)) return false;
  }
  return true;
}

// ---- Topics

void Admin::create_steady(std::function<void()> done) {
  for (const SteadyTopic& topic : cluster_.topics()) {
    if (topics_[topic.name].state == State::kThere) continue;
    return create(topic.name, topic.partitions, [this, done] { create_steady(done); });
  }
  done();
}

void Admin::create(const std::string& name, int32_t partitions, std::function<void()> done) {
  Topic& topic = topics_[name];
  topic.state = State::kUnknown;
  topic.partitions = topic.partitions_max = partitions;
  protocol::CreateTopicsRequest request;
  auto& wanted = request.topics.emplace_back();
  wanted.name = name;
  wanted.num_partitions = partitions;
  wanted.replication_factor = 3;
  wanted.configs.push_back({"internal.segment.bytes", "60000"});
  if (name.ends_with(kUncleanSuffix)) wanted.configs.push_back({kUncleanElections, "true"});
  if (!comes_and_goes(name)) wanted.configs.push_back({kUncleanElections, "false"});
  request.timeout_ms = kTimeoutMs;
  ask<protocol::CreateTopicsResponse>(
      any_broker(), request, 5, kPatienceMs,
      [this, name, partitions, done](const protocol::CreateTopicsResponse* response) {
        const auto code = response == nullptr || response->topics.size() != 1
                              ? ErrorCode::kNetworkException
                              : static_cast<ErrorCode>(response->topics[0].error_code);
        if (code == ErrorCode::kNetworkException) topics_[name].is_doubtful = true;
        // One that was lost may have been carried out.
        if (code == ErrorCode::kNone || code == ErrorCode::kTopicAlreadyExists) {
          topics_[name].state = State::kThere;
          ++cluster_.counters.admin_operations;
          cluster_.world.note("{} is created", name);
          return done();
        }
        after(kBackoffMs, [this, name, partitions, done] { create(name, partitions, done); });
      });
}

void Admin::start() { act_later(); }

void Admin::act_later() {
  after(1 + static_cast<int64_t>(random().below(2 * kPauseMs)), [this] { act(); });
}

void Admin::act() {
  if (rests() || busy_) return act_later();
  busy_ = true;
  switch (random().below(12)) {
    case 0:
    case 1:
      return create_some();
    case 2:
      return remove_some();
    case 3:
      return add_partitions();
    case 4:
      return alter_configs();
    case 5:
    case 6:
      return delete_records();
    case 7:
    case 8:
      return write_some();
    case 9:
    case 10:
      return move_some();
    default:
      return elect_preferred([this] { end(true); });
  }
}

void Admin::end(bool is_acknowledged) {
  if (is_acknowledged) ++cluster_.counters.admin_operations;
  busy_ = false;
  act_later();
}

Admin::Topic* Admin::any_there(std::string& name) {
  std::vector<std::string> names;
  for (const auto& [topic, state] : topics_) {
    if (comes_and_goes(topic) && state.state == State::kThere) names.push_back(topic);
  }
  if (names.empty()) return nullptr;
  name = names[random().below(names.size())];
  return &topics_[name];
}

void Admin::create_some() {
  const auto count =
      std::ranges::count_if(topics_, [](const auto& entry) { return entry.second.state != State::kGone; });
  if (count >= static_cast<std::ptrdiff_t>(kTopicsMax)) return remove_some();
  // A name that was there before may come back, as another topic.
  const bool again = last_name_ > 0 && random().one_in(3);
  const uint64_t number =
      again ? random().below(static_cast<uint64_t>(last_name_)) + 1 : static_cast<uint64_t>(++last_name_);
  const std::string name = fmt::format("c{}{}", number, number % 3 == 0 ? kUncleanSuffix : "");
  if (topics_.contains(name) && (topics_[name].state != State::kGone || topics_[name].is_doubtful))
    return end(false);
  create(name, 1 + static_cast<int32_t>(random().below(3)), [this] { end(false); });
}

void Admin::remove_some() {
  std::string name;
  Topic* topic = any_there(name);
  if (topic == nullptr) return end(false);
  topic->state = State::kUnknown;
  auto remove = std::make_shared<std::function<void()>>();
  *remove = [this, name, weak = std::weak_ptr(remove)] {
    protocol::DeleteTopicsRequest request;
    request.topic_names.push_back(name);
    request.timeout_ms = kTimeoutMs;
    ask<protocol::DeleteTopicsResponse>(
        any_broker(), request, 4, kPatienceMs,
        [this, name, self = weak.lock()](const protocol::DeleteTopicsResponse* response) {
          const auto code = response == nullptr || response->responses.size() != 1
                                ? ErrorCode::kNetworkException
                                : static_cast<ErrorCode>(response->responses[0].error_code);
          if (code == ErrorCode::kNetworkException) topics_[name].is_doubtful = true;
          if (code == ErrorCode::kNone || code == ErrorCode::kUnknownTopicOrPartition) {
            topics_[name].state = State::kGone;
            cluster_.world.note("{} is deleted", name);
            return end(true);
          }
          after(kBackoffMs, [self] { (*self)(); });
        });
  };
  (*remove)();
}

void Admin::add_partitions() {
  std::string name;
  Topic* topic = any_there(name);
  if (topic == nullptr || topic->partitions_max > 6) return end(false);
  protocol::CreatePartitionsRequest request;
  auto& wanted = request.topics.emplace_back();
  wanted.name = name;
  wanted.count = topic->partitions_max + 1;
  wanted.assignments = std::nullopt;
  request.timeout_ms = kTimeoutMs;
  topic->partitions_max = wanted.count;
  ask<protocol::CreatePartitionsResponse>(
      any_broker(), request, 2, kPatienceMs,
      [this, name, count = wanted.count](const protocol::CreatePartitionsResponse* response) {
        const bool done =
            response != nullptr && response->results.size() == 1 && response->results[0].error_code == 0;
        if (done) topics_[name].partitions = count;
        end(done);
      });
}

// Rather one of those that have eligible leaders just now: what is altered decides about them.
std::string Admin::topic_to_alter() {
  std::string name;
  const auto image = cluster_.newest_image();
  if (any_there(name) == nullptr || image == nullptr) return name;
  for (const auto& [id, topic] : image->topics().by_id()) {
    const auto known = topics_.find(topic.name);
    if (!topic.name.ends_with(kUncleanSuffix) || known == topics_.end() ||
        known->second.state != State::kThere)
      continue;
    for (const auto& [index, partition] : topic.partitions) {
      if (!partition.elr.empty()) return topic.name;
    }
  }
  return name;
}

void Admin::alter_configs() {
  const auto image = cluster_.newest_image();
  const bool has_offsets = image != nullptr && image->topics().find(kOffsetsTopic) != nullptr;
  if (has_offsets && !forbids_unclean_elections(*image, kOffsetsTopic))
    return alter(kOffsetsTopic, kUncleanElections, "false");
  const std::string name = topic_to_alter();
  if (name.empty()) return end(false);
  if (name.ends_with(kUncleanSuffix))
    return alter(name, "min.insync.replicas", std::to_string(1 + random().below(2)));
  alter(name, "segment.ms", std::to_string(600'000 + random().below(1'000'000)));
}

void Admin::alter(std::string_view topic, std::string_view key, std::string_view value) {
  protocol::IncrementalAlterConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = kTopicResource;
  resource.resource_name = topic;
  auto& config = resource.configs.emplace_back();
  config.name = key;
  config.value = value;
  ask<protocol::IncrementalAlterConfigsResponse>(
      any_broker(), request, 1, kPatienceMs,
      [this](const protocol::IncrementalAlterConfigsResponse* response) {
        end(response != nullptr && response->responses.size() == 1 && response->responses[0].error_code == 0);
      });
}

// ---- Partitions

// Up to somewhere that consumers have passed.
void Admin::delete_records() {
  const auto& ends = cluster_.ledger.read_ends();
  if (ends.empty() || !random().one_in(3)) return end(false);
  auto some = ends.begin();
  std::advance(some, static_cast<std::ptrdiff_t>(random().below(ends.size())));
  const TopicPartition where = some->first;
  const auto leader = leader_of(where);
  if (!leader) return refresh([this] { end(false); });
  const int64_t before =
      some->second / 2 + static_cast<int64_t>(random().below(static_cast<uint64_t>(some->second) / 2 + 1));
  cluster_.ledger.on_delete_asked(where, before);
  protocol::DeleteRecordsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = where.first;
  auto& partition = topic.partitions.emplace_back();
  partition.partition_index = where.second;
  partition.offset = before;
  request.timeout_ms = kTimeoutMs;
  ask<protocol::DeleteRecordsResponse>(
      leader->node, request, 2, kPatienceMs, [this](const protocol::DeleteRecordsResponse* response) {
        const bool done = response != nullptr && response->topics.size() == 1 &&
                          response->topics[0].partitions.size() == 1 &&
                          response->topics[0].partitions[0].error_code == 0;
        refresh([this, done] { end(done); });
      });
}

// Two at least, so that there is one to lose.
std::vector<int32_t> Admin::some_brokers() {
  std::vector<int32_t> ids = cluster_.broker_ids();
  for (size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random().below(i)]);
  ids.resize(std::min<size_t>(ids.size(), random().one_in(4) ? 2 : 3));
  return ids;
}

// Any partition goes to any brokers, whether or not it is on its way already; or a move is called off.
void Admin::move_some() {
  const auto image = cluster_.newest_image();
  if (image == nullptr) return end(false);
  std::vector<TopicPartition> all, moving;
  for (const auto& [name, id] : image->topics().by_name()) {
    for (const auto& [index, state] : image->topics().find(id)->partitions) {
      all.emplace_back(name, index);
      if (state.is_reassigning()) moving.emplace_back(name, index);
    }
  }
  const bool calls_off = !moving.empty() && random().one_in(3);
  const std::vector<TopicPartition>& choice = calls_off ? moving : all;
  if (choice.empty()) return end(false);
  const TopicPartition where = choice[random().below(choice.size())];
  protocol::AlterPartitionReassignmentsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = where.first;
  auto& partition = topic.partitions.emplace_back();
  partition.partition_index = where.second;
  if (!calls_off) partition.replicas = some_brokers();
  request.timeout_ms = kTimeoutMs;
  ask<protocol::AlterPartitionReassignmentsResponse>(
      any_broker(), request, 1, kPatienceMs,
      [this, where](const protocol::AlterPartitionReassignmentsResponse* response) {
        const bool done = response != nullptr && response->error_code == 0 &&
                          response->responses.size() == 1 && response->responses[0].partitions.size() == 1 &&
                          response->responses[0].partitions[0].error_code == 0;
        if (done) {
          ++cluster_.counters.reassignments;
          cluster_.world.note("{}-{} is moved, or stays where it was", where.first, where.second);
        }
        end(done);
      });
}

// To a topic that comes and goes, so that its log can be told from that of a namesake. Nobody counts these
// records: in the end the replicas have the same.
void Admin::write_some() {
  std::string name;
  if (any_there(name) == nullptr) return end(false);
  protocol::MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics->emplace_back().name = name;
  ask<protocol::MetadataResponse>(
      any_broker(), request, 12, kPatienceMs, [this, name](const protocol::MetadataResponse* response) {
        if (response == nullptr || response->topics.size() != 1 || response->topics[0].partitions.empty())
          return end(false);
        for (const auto& broker : response->brokers) learn_address(broker.node_id, broker.port);
        const auto& partitions = response->topics[0].partitions;
        const auto& some = partitions[random().below(partitions.size())];
        write_to(name, some.partition_index, some.leader_id);
      });
}

void Admin::write_to(const std::string& name, int32_t partition, int32_t leader) {
  if (leader < 0) return end(false);
  protocol::RecordBatchBuilder builder(protocol::BatchFields{});
  for (uint64_t left = 1 + random().below(20); left > 0; --left) {
    const Bytes value(8, static_cast<uint8_t>(random().below(256)));
    builder.append(cluster_.world.now() / kMs, std::nullopt, ByteView(value));
  }
  const Bytes records = builder.build();
  protocol::ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = kTimeoutMs;
  auto& topic = request.topic_data.emplace_back();
  topic.name = name;
  auto& data = topic.partition_data.emplace_back();
  data.index = partition;
  data.records = protocol::Records{.bytes = records};
  ask<protocol::ProduceResponse>(leader, request, 9, kPatienceMs,
                                 [this](const protocol::ProduceResponse*) { end(false); });
}

void Admin::elect_preferred(std::function<void()> done) {
  if (broker::find_api(protocol::ElectLeadersRequest::kKey) == nullptr) return after(1, done);
  protocol::ElectLeadersRequest request;
  request.election_type = 0;
  request.topic_partitions = std::nullopt;
  request.timeout_ms = kTimeoutMs;
  ask<protocol::ElectLeadersResponse>(any_broker(), request, 2, kPatienceMs,
                                      [done](const protocol::ElectLeadersResponse*) { done(); });
}

// ---- What must be there

void Admin::check(int32_t node, const broker::ClusterImage& image) const {
  for (const auto& [name, topic] : topics_) {
    const broker::TopicImage* found = image.topics().find(name);
    if (topic.state == State::kThere && found == nullptr)
      return cluster_.world.fail(
          fmt::format("topic {} was created, and node {} does not have it", name, node));
    if (topic.state == State::kGone && !topic.is_doubtful && found != nullptr)
      return cluster_.world.fail(fmt::format("topic {} was deleted, and node {} has it", name, node));
    if (topic.state != State::kThere) continue;
    const auto count = static_cast<int32_t>(found->partitions.size());
    if (count < topic.partitions || count > topic.partitions_max) {
      return cluster_.world.fail(fmt::format("topic {} has {} partitions on node {}, and {} to {} were made",
                                             name, count, node, topic.partitions, topic.partitions_max));
    }
  }
}

}  // namespace klamm::sim::cluster
