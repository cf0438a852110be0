#include "cli/client/log_dirs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "protocol/messages/alter_replica_log_dirs_request.h"
#include "protocol/messages/alter_replica_log_dirs_response.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"

namespace klamm::cli {
namespace {

using protocol::AlterReplicaLogDirsRequest;
using protocol::AlterReplicaLogDirsResponse;
using protocol::DescribeLogDirsRequest;
using protocol::DescribeLogDirsResponse;
using protocol::ErrorCode;

int32_t broker_of(const BrokerReplica& replica) { return replica.broker; }
int32_t broker_of(const NewDirectories::value_type& move) { return move.first.broker; }

// They stand by broker.
template <class Replicas>
std::vector<int32_t> brokers_of(const Replicas& replicas) {
  std::vector<int32_t> brokers;
  for (const auto& one : replicas) {
    if (brokers.empty() || brokers.back() != broker_of(one)) brokers.push_back(broker_of(one));
  }
  return brokers;
}

// Of one broker; the names are views into `replicas`.
DescribeLogDirsRequest question_for(int32_t broker, const std::set<BrokerReplica>& replicas) {
  DescribeLogDirsRequest request;
  auto& topics = request.topics.emplace();
  for (const BrokerReplica& replica : replicas) {
    if (replica.broker != broker) continue;
    const TopicPartition& partition = replica.partition;
    if (topics.empty() || topics.back().topic != partition.topic) {
      topics.emplace_back().topic = partition.topic;
    }
    topics.back().partitions.push_back(partition.partition);
  }
  return request;
}

AlterReplicaLogDirsRequest moves_for(int32_t broker, const NewDirectories& wanted) {
  AlterReplicaLogDirsRequest request;
  for (const auto& [replica, directory] : wanted) {
    if (replica.broker != broker) continue;
    auto dir = std::ranges::find(request.dirs, directory, [](const auto& one) { return one.path; });
    if (dir == request.dirs.end()) {
      request.dirs.emplace_back().path = directory;
      dir = std::prev(request.dirs.end());
    }
    const TopicPartition& partition = replica.partition;
    if (dir->topics.empty() || dir->topics.back().name != partition.topic) {
      dir->topics.emplace_back().name = partition.topic;
    }
    dir->topics.back().partitions.push_back(partition.partition);
  }
  return request;
}

Attempt<> take_directories(int32_t broker, const DescribeLogDirsResponse& response,
                           std::map<BrokerReplica, ReplicaDirectories>& found) {
  for (const auto& directory : response.results) {
    // Nothing is said of what is in a directory that is broken.
    if (directory.error_code == protocol::wire_value(ErrorCode::kKafkaStorageError)) continue;
    if (directory.error_code != 0) {
      const ToolError error = broker_error(directory.error_code).error;
      return failed(fmt::format("The error {} for log directory {} in the response from broker {} is illegal",
                                exception_name(error), directory.log_dir, broker));
    }
    for (const auto& topic : directory.topics) {
      for (const auto& one : topic.partitions) {
        const auto known = found.find({broker, {std::string(topic.name), one.partition_index}});
        if (known == found.end()) continue;
        (one.is_future_key ? known->second.future : known->second.current) = std::string(directory.log_dir);
      }
    }
  }
  return {};
}

}  // namespace

std::string BrokerReplica::text() const { return fmt::format("{}-{}", partition.text(), broker); }

Attempt<std::map<BrokerReplica, ReplicaDirectories>> find_directories(
    Client& client, const std::set<BrokerReplica>& replicas) {
  std::map<BrokerReplica, ReplicaDirectories> found;
  for (const BrokerReplica& replica : replicas) found[replica];
  for (const int32_t broker : brokers_of(replicas)) {
    auto answer = client.ask_node<DescribeLogDirsResponse>("describeReplicaLogDirs", broker,
                                                           question_for(broker, replicas));
    if (!answer) return Error{answer.error()};
    if (auto done = take_directories(broker, **answer, found); !done) return Error{done.error()};
  }
  return found;
}

Attempt<std::map<BrokerReplica, Attempt<>>> move_replicas(Client& client, const NewDirectories& wanted) {
  std::map<BrokerReplica, Attempt<>> outcomes;
  for (const int32_t broker : brokers_of(wanted)) {
    auto answer = client.ask_node<AlterReplicaLogDirsResponse>("alterReplicaLogDirs", broker,
                                                               moves_for(broker, wanted));
    if (!answer) {
      for (const auto& [replica, directory] : wanted) {
        if (replica.broker == broker) outcomes.insert_or_assign(replica, Error<ToolError>{answer.error()});
      }
      continue;
    }
    for (const auto& topic : (*answer)->results) {
      for (const auto& one : topic.partitions) {
        Attempt<> outcome;
        if (one.error_code != 0) outcome = broker_error(one.error_code);
        const BrokerReplica replica{broker, {std::string(topic.topic_name), one.partition_index}};
        outcomes.insert_or_assign(replica, outcome);
      }
    }
  }
  return outcomes;
}

}  // namespace klamm::cli
