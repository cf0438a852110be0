// DeleteRecords, OffsetForLeaderEpoch, DescribeProducers and DescribeLogDirs.
#include "tests/testing.h"

#include "broker/handlers/logs.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct LogHandlers : HandlerFixture {
  std::shared_ptr<const ClusterImage> image;
  std::optional<Access> access;

  LogUses uses() {
    image = images.get();
    access.emplace(rules, image->acls(), client->principal, client->host);
    return {*image, partitions, *access};
  }
  // "index:low watermark" or "index!error".
  std::string delete_records(const std::vector<std::pair<int32_t, int64_t>>& asked,
                             std::string_view topic = "t") {
    protocol::DeleteRecordsRequest request;
    request.topics.emplace_back().name = topic;
    for (auto [index, offset] : asked) request.topics[0].partitions.push_back({index, offset});
    std::string text;
    for (const auto& results : broker::delete_records(request, uses()).response.topics) {
      for (const auto& result : results.partitions) {
        text += (text.empty() ? "" : " ") + std::to_string(result.partition_index);
        REQUIRE((result.error_code == 0 || result.low_watermark == -1));
        text += result.error_code ? "!" + std::to_string(result.error_code)
                                  : ":" + std::to_string(result.low_watermark);
      }
    }
    return text;
  }
  // "code epoch end".
  std::string end_of(int32_t epoch, int32_t current = -1, int32_t index = 0, std::string_view topic = "t") {
    protocol::OffsetForLeaderEpochRequest request;
    request.topics.emplace_back().topic = topic;
    auto& asked = request.topics[0].partitions.emplace_back();
    asked.partition = index;
    asked.current_leader_epoch = current;
    asked.leader_epoch = epoch;
    auto response = offset_for_leader_epoch(request, uses());
    const auto& result = response.topics.at(0).partitions.at(0);
    return std::to_string(result.error_code) + " " + std::to_string(result.leader_epoch) + " " +
           std::to_string(result.end_offset);
  }
  protocol::DescribeProducersResponse::PartitionResponse producers(std::string_view topic = "t",
                                                                   int32_t index = 0) {
    protocol::DescribeProducersRequest request;
    request.topics.emplace_back().name = topic;
    request.topics[0].partition_indexes = {index};
    return describe_producers(request, uses()).topics.at(0).partitions.at(0);
  }
  size_t producers_of(std::vector<int32_t> indexes) {
    protocol::DescribeProducersRequest request;
    request.topics.emplace_back().name = "t";
    request.topics[0].partition_indexes = std::move(indexes);
    return describe_producers(request, uses()).topics.at(0).partitions.size();
  }
  // "t-0=10 t-1=20" of the one directory.
  std::string sizes(
      const std::optional<std::vector<std::pair<std::string_view, std::vector<int32_t>>>>& asked) {
    ReplicaManager::DirectoryReport report{"/logs", {{partition, 77}}, {1000, 600}};
    protocol::DescribeLogDirsRequest request;
    request.topics.reset();
    if (asked) {
      request.topics.emplace();
      for (const auto& [topic, indexes] : *asked) request.topics->push_back({topic, indexes});
    }
    std::vector<ReplicaManager::DirectoryReport> reports{report};
    auto response = describe_log_dirs(request, everyone(), reports);
    REQUIRE(response.results.size() == 1);
    REQUIRE(response.results[0].log_dir == "/logs");
    REQUIRE(response.results[0].total_bytes == 1000);
    REQUIRE(response.results[0].usable_bytes == 600);
    std::string text;
    for (const auto& topic : response.results[0].topics) {
      for (const auto& one : topic.partitions) {
        text += std::string(topic.name) + "-" + std::to_string(one.partition_index) + "=" +
                std::to_string(one.partition_size);
      }
    }
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(LogHandlers, "a partition whose producers are asked for twice is answered once") {
  REQUIRE(producers_of({0, 0, 0}) == 1);
  REQUIRE(producers_of({0, 1, 0}) == 2);
}

TEST_CASE_METHOD(LogHandlers, "records are deleted up to an offset, or up to the end with -1") {
  append(TestBatch().records(5));
  REQUIRE(delete_records({{0, 2}}) == "0:2");
  REQUIRE(delete_records({{0, 1}}) == "0:2");
  REQUIRE(delete_records({{0, -1}}) == "0:5");
}

TEST_CASE_METHOD(LogHandlers, "records that are not there cannot be deleted") {
  append(TestBatch().records(5));
  REQUIRE(delete_records({{0, 6}}) == "0!1");
  REQUIRE(delete_records({{0, -2}}) == "0!1");
  REQUIRE(delete_records({{3, 0}}) == "3!3");
  REQUIRE(delete_records({{0, 0}}, "none") == "0!3");
}

TEST_CASE_METHOD(LogHandlers, "what only compaction may remove is not deleted") {
  TopicConfig config;
  config.compacts = true;
  config.deletes = false;
  partition->configure(config);
  REQUIRE(delete_records({{0, 0}}) == "0!44");
  config.deletes = true;
  partition->configure(config);
  REQUIRE(delete_records({{0, 0}}) == "0:0");
}

TEST_CASE_METHOD(LogHandlers, "where an epoch ended") {
  append(TestBatch().records(3));
  assign(4);
  append(TestBatch().records(2));
  REQUIRE(end_of(1) == "0 1 3");
  REQUIRE(end_of(3) == "0 1 3");
  REQUIRE(end_of(4) == "0 4 5");
  REQUIRE(end_of(9) == "0 -1 -1");
  REQUIRE(end_of(1, 3) == "74 -1 -1");
  REQUIRE(end_of(1, 5) == "75 -1 -1");
  REQUIRE(end_of(1, -1, 2) == "3 -1 -1");
  REQUIRE(end_of(1, -1, 0, "none") == "3 -1 -1");
}

TEST_CASE_METHOD(LogHandlers, "the producers of a partition are described with their open transactions") {
  append(TestBatch().records(3).producer(7, 2, 0).time(1000));
  append(TestBatch().records(2).producer(9, 0, 0).time(2000).transactional());
  auto result = producers();
  REQUIRE(result.error_code == 0);
  REQUIRE(result.active_producers.size() == 2);
  const auto& plain = result.active_producers[0];
  REQUIRE(plain.producer_id == 7);
  REQUIRE(plain.producer_epoch == 2);
  REQUIRE(plain.last_sequence == 2);
  REQUIRE(plain.last_timestamp == 1000);
  REQUIRE(plain.coordinator_epoch == -1);
  REQUIRE(plain.current_txn_start_offset == -1);
  REQUIRE(result.active_producers[1].current_txn_start_offset == 3);
}

TEST_CASE_METHOD(LogHandlers, "producers are asked of the leader, and of topics that are there") {
  REQUIRE(producers("none").error_code == 3);
  REQUIRE(producers("t", 1).error_code == 3);
  assign(2, kOther);
  REQUIRE(producers().error_code == 6);
}

TEST_CASE_METHOD(LogHandlers, "log directories tell of all partitions, or of those that are asked") {
  REQUIRE(sizes(std::nullopt) == "t-0=77");
  REQUIRE(sizes({{{"t", {0, 1}}}}) == "t-0=77");
  REQUIRE(sizes({{{"t", {1}}}}) == "");
  REQUIRE(sizes({{{"u", {0}}}}) == "");
  REQUIRE(sizes({{}}) == "");
}

// ---- what was wrong ----

TEST_CASE_METHOD(LogHandlers, "records of internal topics are not deleted") {
  publish({testing::broker(1, 1), testing::topic("__consumer_offsets", 5), testing::partition(5, 0, {1})});
  REQUIRE(delete_records({{0, 0}}, "__consumer_offsets") == "0!17");
}

TEST_CASE_METHOD(LogHandlers,
                 "a partition that is named twice has its records deleted once, as it is named last") {
  append(TestBatch().records(5));
  REQUIRE(delete_records({{0, 4}, {0, 2}}) == "0:2");
}

TEST_CASE_METHOD(LogHandlers, "another leader's partition is not judged by its policy") {
  TopicConfig config;
  config.compacts = true;
  config.deletes = false;
  partition->configure(config);
  assign(2, kOther);
  REQUIRE(delete_records({{0, 0}}) == "0!6");
}

TEST_CASE_METHOD(LogHandlers, "producers of what cannot be a topic") {
  REQUIRE(producers("a b").error_code == 17);
}

// ---- authorization ----

TEST_CASE_METHOD(LogHandlers, "partitions of a topic that may not be touched are refused, there or not") {
  rules = strict_rules();
  REQUIRE(delete_records({{0, 0}, {7, 0}}) == "0!29 7!29");
  REQUIRE(delete_records({{0, 0}}, "none") == "0!29");
  REQUIRE(end_of(0) == "29 -1 -1");
  REQUIRE(end_of(0, -1, 0, "none") == "29 -1 -1");
  REQUIRE(producers("none").error_code == 29);
  REQUIRE(producers().error_message == "Topic authorization failed.");
}

TEST_CASE_METHOD(LogHandlers, "a name that none can have is told before who may read it") {
  rules = strict_rules();
  REQUIRE(producers("a b").error_code == 17);
}

// Those that are there are answered once, which would tell them apart.
TEST_CASE_METHOD(LogHandlers, "a refused partition is refused as often as it is named") {
  REQUIRE(producers_of({0, 0}) == 1);
  rules = strict_rules();
  REQUIRE(producers_of({0, 0}) == 2);
}

TEST_CASE_METHOD(LogHandlers, "replicas need no permission for each topic to ask where epochs end") {
  rules = strict_rules();
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(),
           allow_cluster(AclOperation::kClusterAction)});
  REQUIRE(end_of(1).starts_with("0 "));
  REQUIRE(delete_records({{0, 0}}) == "0!29");
}
