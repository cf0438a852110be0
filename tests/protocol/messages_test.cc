#include "tests/testing.h"

#include "base/random.h"
#include "protocol/catalog.h"
#include "protocol/messages/add_raft_voter_request.h"
#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/consumer_group_heartbeat_request.h"
#include "protocol/messages/consumer_group_member_metadata_value.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_topic_partitions_request.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/partition_change_record.h"
#include "protocol/messages/produce_request.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

template <class Message>
Bytes written(const Message& message, int16_t version) {
  Bytes out;
  Writer writer(out);
  message.write(writer, version);
  return out;
}

template <class Message>
std::optional<Message> parsed(const Bytes& bytes, int16_t version) {
  Reader reader{ByteView(bytes)};
  std::optional<Message> message{std::in_place};
  message->read(reader, version);
  if (!reader.ok() || reader.remaining() != 0) message.reset();
  return message;
}

TEST_CASE("a produce request's records are a view into the frame") {
  const Bytes request{0xFF, 0xFF, 0xFF, 0xFF, 0,   0, 0x75, 0x30,  // no transactional id, acks -1, 30,000 ms
                      0,    0,    0,    1,    0,   1, 't',         // one topic
                      0,    0,    0,    1,    0,   0, 0,    7,    0,
                      0,    0,    2,    0xAA, 0xBB};  // one partition, two bytes of records
  const auto produce = parsed<ProduceRequest>(request, 7);
  REQUIRE(produce);
  REQUIRE((!produce->transactional_id && produce->acks == -1 && produce->timeout_ms == 30'000));
  const auto& partition = produce->topic_data[0].partition_data[0];
  REQUIRE((produce->topic_data[0].name == "t" && partition.index == 7));
  REQUIRE(partition.records->bytes.data() == request.data() + request.size() - 2);
}

TEST_CASE("an empty array and a null array of topics are two requests") {
  const Bytes all{0, 0, 0, 0}, null{0xFF, 0xFF, 0xFF, 0xFF};
  REQUIRE(parsed<MetadataRequest>(all, 0)->topics->empty());
  REQUIRE_FALSE(parsed<MetadataRequest>(null, 0));  // null can be said from version 1
  Bytes null_and_flags = null;
  REQUIRE_FALSE(parsed<MetadataRequest>(null_and_flags, 1)->topics.has_value());
}

TEST_CASE("null is written as empty where a version has no null") {
  MetadataRequest request;
  request.topics.reset();
  REQUIRE(written(request, 0) == Bytes{0, 0, 0, 0});
  REQUIRE(written(request, 1) == Bytes{0xFF, 0xFF, 0xFF, 0xFF});
}

TEST_CASE("fields that a version does not have keep their defaults") {
  FetchRequest request;
  request.rack_id = "here";
  request.session_id = 5;
  const auto back = parsed<FetchRequest>(written(request, 4), 4);
  REQUIRE((back->rack_id.empty() && back->session_id == 0 && back->session_epoch == -1));
}

TEST_CASE("a tagged field with its default is left out") {
  FetchResponse::PartitionData partition;
  const size_t plain = written(partition, 12).size();
  partition.diverging_epoch.epoch = 3;
  // Tag, size, i32, i64, and an empty tag section of its own.
  REQUIRE(written(partition, 12).size() == plain + 1 + 1 + 4 + 8 + 1);
  REQUIRE(written(partition, 11).size() == written(FetchResponse::PartitionData{}, 11).size());
}

TEST_CASE("tags go out in ascending order, whatever the order of the fields") {
  PartitionChangeRecord change;
  change.directories.emplace();
  change.leader = 1;
  change.isr.emplace({1});
  Bytes bytes = written(change, 1);
  bytes.erase(bytes.begin(), bytes.begin() + 20);  // the partition and the topic id
  REQUIRE(bytes == Bytes{3, 0, 5, 2, 0, 0, 0, 1, 1, 4, 0, 0, 0, 1, 8, 1, 1});
}

TEST_CASE("unknown tags are skipped, and so are known ones of another version") {
  const Bytes nothing = written(ApiVersionsResponse{}, 3);
  REQUIRE(nothing.back() == 0);
  Bytes with_tags(nothing.begin(), nothing.end() - 1);
  const Bytes tags{2, 9, 3, 1, 2, 3, 0x80, 0x01, 0};  // tag 9 of three bytes, tag 128 of none
  with_tags.insert(with_tags.end(), tags.begin(), tags.end());
  REQUIRE(parsed<ApiVersionsResponse>(with_tags, 3) == ApiVersionsResponse{});

  const Bytes fetch = written(FetchRequest{}, 12);
  Bytes with_replica_state(fetch.begin(), fetch.end() - 1);
  const Bytes replica_state{1, 1, 2, 0xCC, 0xCC};  // tag 1 exists from version 15 on
  with_replica_state.insert(with_replica_state.end(), replica_state.begin(), replica_state.end());
  REQUIRE(parsed<FetchRequest>(with_replica_state, 12) == FetchRequest{});
}

TEST_CASE("a nullable struct has a marker before it") {
  DescribeTopicPartitionsRequest request;
  request.cursor.reset();
  const Bytes null = written(request, 0);
  REQUIRE(null == Bytes{1, 0, 0, 0x07, 0xD0, 0xFF, 0});
  request.cursor = DescribeTopicPartitionsRequest::Cursor{.topic_name = "t"};
  const Bytes present = written(request, 0);
  REQUIRE(present == Bytes{1, 0, 0, 0x07, 0xD0, 1, 2, 't', 0, 0, 0, 0, 0, 0});
  REQUIRE(parsed<DescribeTopicPartitionsRequest>(present, 0) == request);
}

TEST_CASE("a tagged nullable struct has its marker inside the tag") {
  ConsumerGroupMemberMetadataValue value;
  value.classic_member_metadata.reset();
  const Bytes null = written(value, 0);
  REQUIRE(Bytes(null.end() - 4, null.end()) == Bytes{1, 0, 1, 0});
  value.classic_member_metadata = ConsumerGroupMemberMetadataValue::ClassicMemberMetadata{};
  value.classic_member_metadata->session_timeout_ms = 1;
  const Bytes present = written(value, 0);
  REQUIRE(Bytes(present.end() - 10, present.end()) == Bytes{1, 0, 7, 1, 0, 0, 0, 1, 1, 0});
}

TEST_CASE("defaults are Apache Kafka's") {
  REQUIRE(FetchRequest{}.max_bytes == 0x7FFFFFFF);
  REQUIRE(FetchRequest::FetchPartition{}.high_watermark == INT64_MAX);
  REQUIRE(FetchResponse::PartitionData{}.preferred_read_replica == -1);
  REQUIRE(ConsumerGroupHeartbeatRequest{}.rebalance_timeout_ms == -1);
  REQUIRE(AddRaftVoterRequest{}.ack_when_committed);
  REQUIRE(PartitionChangeRecord{}.leader == -2);
}

TEST_CASE("a frame of tiny elements may not fill many times its size of memory") {
  DescribeConfigsRequest request;
  request.resources.resize(100'000);
  const Bytes hostile = written(request, 4);
  REQUIRE(hostile.size() * Reader::kAllowancePerByte <
          request.resources.size() * sizeof(request.resources[0]));
  REQUIRE_FALSE(parsed<DescribeConfigsRequest>(hostile, 4));

  for (auto& resource : request.resources) resource.resource_name = "a-topic";
  REQUIRE(parsed<DescribeConfigsRequest>(written(request, 4), 4) == request);
}

TEST_CASE("bytes changed at random are refused, or are another message that stays as it is") {
  SeededRandom random(1);
  const auto table = messages();
  for (int n = 0; n < 20'000; ++n) {
    const size_t i = random.below(table.size());
    const auto versions = static_cast<uint64_t>(table[i].version_max - table[i].version_min + 1);
    const auto version =
        static_cast<int16_t>(table[i].version_min + static_cast<int16_t>(random.below(versions)));
    InstanceRandom instance(random.next());
    Bytes bytes, once, twice;
    write_random()[i](instance, version, bytes);
    for (int changes = 0; changes < 3 && !bytes.empty(); ++changes) {
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
    }
    if (!table[i].recode(bytes, version, once)) continue;
    if (!table[i].recode(once, version, twice) || once != twice) FAIL(table[i].name << " " << version);
  }
}

}  // namespace
}  // namespace klamm::protocol
