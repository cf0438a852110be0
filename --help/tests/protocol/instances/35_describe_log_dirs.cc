// Generated from protocol/schema/35_describe_log_dirs.kmsg; not to be edited.
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeLogDirsRequest::DescribableLogDirTopic& to, int16_t) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeLogDirsRequest& to, int16_t version) {
  to.topics.reset();
  if (!random.null()) {
    to.topics.emplace(random.count());
    for (auto& element : *to.topics) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, DescribeLogDirsResponse::DescribeLogDirsPartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.partition_size = random.number<int64_t>();
  to.offset_lag = random.number<int64_t>();
  to.is_future_key = random.boolean();
}

void fill(InstanceRandom& random, DescribeLogDirsResponse::DescribeLogDirsTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeLogDirsResponse::DescribeLogDirsResult& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.log_dir = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  if (version >= 4) {
    to.total_bytes = random.number<int64_t>();
  }
  if (version >= 4) {
    to.usable_bytes = random.number<int64_t>();
  }
  if (version >= 5) {
    to.is_cordoned = random.boolean();
  }
}

void fill(InstanceRandom& random, DescribeLogDirsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  if (version >= 3) {
    to.error_code = random.number<int16_t>();
  }
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_describe_log_dirs_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeLogDirsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_log_dirs_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeLogDirsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
