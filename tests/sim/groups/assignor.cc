#include "tests/sim/groups/assignor.h"

#include <algorithm>

#include "base/check.h"
#include "protocol/wire.h"

namespace klamm::sim::groups {
namespace {

void write_partitions(protocol::Writer& writer, const Partitions& partitions) {
  std::map<std::string_view, std::vector<int32_t>> by_topic;
  for (const TopicPartition& partition : partitions) by_topic[partition.topic].push_back(partition.partition);
  writer.array(false, by_topic.size());
  for (const auto& [topic, indexes] : by_topic) {
    writer.string(false, topic);
    writer.array(false, indexes.size());
    for (int32_t index : indexes) writer.i32(index);
  }
}

Partitions read_partitions(protocol::Reader& reader) {
  Partitions partitions;
  for (int32_t topics = reader.i32(); topics > 0; --topics) {
    const std::string topic(reader.string(false));
    for (int32_t count = reader.i32(); count > 0; --count) partitions.insert({topic, reader.i32()});
    CHECK(reader.ok());
  }
  return partitions;
}

}  // namespace

Bytes write_subscription(const Subscription& subscription) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  writer.i16(1);
  writer.array(false, subscription.topics.size());
  for (const std::string& topic : subscription.topics) writer.string(false, topic);
  writer.i32(-1);
  write_partitions(writer, subscription.owned);
  return bytes;
}

Subscription read_subscription(ByteView bytes) {
  protocol::Reader reader(bytes);
  Subscription subscription;
  CHECK(reader.i16() == 1);
  for (int32_t topics = reader.i32(); topics > 0; --topics) {
    subscription.topics.emplace_back(reader.string(false));
    CHECK(reader.ok());
  }
  reader.i32();
  subscription.owned = read_partitions(reader);
  CHECK(reader.ok());
  return subscription;
}

Bytes write_assignment(const Partitions& partitions) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  writer.i16(1);
  write_partitions(writer, partitions);
  writer.i32(-1);
  return bytes;
}

Partitions read_assignment(ByteView bytes) {
  if (bytes.empty()) return {};
  protocol::Reader reader(bytes);
  CHECK(reader.i16() == 1);
  Partitions partitions = read_partitions(reader);
  CHECK(reader.ok());
  return partitions;
}

std::map<std::string, Partitions> assign(const std::vector<AssignedMember>& members,
                                         const std::map<std::string, int32_t>& partition_counts,
                                         bool cooperative) {
  std::vector<const AssignedMember*> order;
  for (const AssignedMember& member : members) order.push_back(&member);
  std::ranges::sort(order, {}, [](const AssignedMember* member) {
    return std::pair(!member->instance_id, member->instance_id.value_or(member->id));
  });
  std::map<std::string, Partitions> assigned;
  for (const AssignedMember& member : members) assigned[member.id];
  for (const auto& [topic, count] : partition_counts) {
    std::vector<const AssignedMember*> readers;
    for (const AssignedMember* member : order) {
      if (std::ranges::count(member->subscription.topics, topic) > 0) readers.push_back(member);
    }
    if (readers.empty()) continue;
    for (int32_t i = 0; i < count; ++i) {
      const AssignedMember* reader =
          readers[static_cast<size_t>(i) * readers.size() / static_cast<size_t>(count)];
      const TopicPartition partition{topic, i};
      const bool is_others = std::ranges::any_of(order, [&](const AssignedMember* other) {
        return other != reader && other->subscription.owned.contains(partition);
      });
      if (!cooperative || !is_others) assigned[reader->id].insert(partition);
    }
  }
  return assigned;
}

}  // namespace klamm::sim::groups
