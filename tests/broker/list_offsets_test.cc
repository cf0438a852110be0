#include "tests/testing.h"

#include "broker/handlers/logs.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

namespace {

constexpr int16_t kNewest = ListOffsetsRequest::kVersionMax;
constexpr int64_t kLatest = -1, kEarliest = -2, kMaxTimestamp = -3;

// "offset@timestamp epoch" or "error N", for each partition that is answered.
struct ListingOffsets : HandlerFixture {
  ListOffsetsRequest request = for_consumers();

  static ListOffsetsRequest for_consumers() {
    ListOffsetsRequest made;
    made.replica_id = -1;
    made.topics.emplace_back().name = "t";
    return made;
  }
  ListingOffsets& ask(int64_t timestamp, int32_t index = 0, int32_t epoch = -1) {
    auto& asked = request.topics.back().partitions.emplace_back();
    asked.partition_index = index;
    asked.timestamp = timestamp;
    asked.current_leader_epoch = epoch;
    return *this;
  }
  std::string answers(int16_t version = kNewest) {
    auto image = images.get();
    const Access access(rules, image->acls(), client->principal, client->host);
    std::string text;
    for (const auto& topic : list_offsets(request, version, {*image, partitions, access}).topics) {
      for (const auto& given : topic.partitions) {
        if (!text.empty()) text += ", ";
        if (given.error_code != 0) {
          text += "error " + std::to_string(given.error_code);
          continue;
        }
        text += std::to_string(given.offset) + "@" + std::to_string(given.timestamp) + " " +
                std::to_string(given.leader_epoch);
      }
    }
    request.topics.back().partitions.clear();
    return text;
  }
  std::string at(int64_t timestamp, int16_t version = kNewest) { return ask(timestamp).answers(version); }
  void delete_before(int64_t offset) { REQUIRE(partition->delete_records_before({offset}).ok()); }
};

}  // namespace

TEST_CASE_METHOD(ListingOffsets, "a log begins and ends where its records do") {
  append(TestBatch().records(3));
  append(TestBatch().records(2));
  REQUIRE(at(kLatest) == "5@-1 1");
  REQUIRE(at(kEarliest) == "0@-1 1");
  delete_before(2);
  REQUIRE(at(kEarliest) == "2@-1 1");
}

TEST_CASE_METHOD(ListingOffsets, "an empty log begins and ends at 0, and holds no time") {
  REQUIRE(at(kLatest) == "0@-1 1");
  REQUIRE(at(kEarliest) == "0@-1 1");
  REQUIRE(at(kMaxTimestamp) == "-1@-1 -1");
  REQUIRE(at(0) == "-1@-1 -1");
}

TEST_CASE_METHOD(ListingOffsets, "each special timestamp is served from its version on") {
  append(TestBatch().records(2).time(1000));
  const std::pair<int64_t, int16_t> since[] = {{-1, 1}, {-2, 1}, {-3, 7}, {-4, 8}, {-5, 9}, {-6, 11}};
  for (auto [timestamp, version] : since) {
    if (version > 1) REQUIRE(at(timestamp, static_cast<int16_t>(version - 1)) == "error 35");
    REQUIRE(at(timestamp, version) != "error 35");
  }
  REQUIRE(at(-7) == "error 35");
}

TEST_CASE_METHOD(ListingOffsets, "without tiers the local log is the whole one and nothing is tiered") {
  append(TestBatch().records(2));
  delete_before(1);
  REQUIRE(at(-4) == "1@-1 1");
  REQUIRE(at(-5) == "-1@-1 -1");
  REQUIRE(at(-6) == "-1@-1 -1");
}

TEST_CASE_METHOD(ListingOffsets, "a time is looked up as the first record that is as young") {
  append(TestBatch().records(3).time(1000).step(1));
  append(TestBatch().records(3).time(2000).step(1));
  REQUIRE(at(0) == "0@1000 1");
  REQUIRE(at(1001) == "1@1001 1");
  REQUIRE(at(1500) == "3@2000 1");
  REQUIRE(at(2002) == "5@2002 1");
  REQUIRE(at(2003) == "-1@-1 -1");
  REQUIRE(at(kMaxTimestamp) == "5@2002 1");
}

TEST_CASE_METHOD(ListingOffsets, "an unknown partition, an unknown topic and one that is elsewhere") {
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(), testing::topic("far", 7),
           testing::partition(7, 0, {1})});
  ask(kLatest, 1);
  request.topics.emplace_back().name = "none";
  ask(kLatest);
  request.topics.emplace_back().name = "far";
  ask(kLatest);
  REQUIRE(answers() == "error 3, error 3, error 6");
}

TEST_CASE_METHOD(ListingOffsets, "the leader epoch that a client names is checked (KIP-320)") {
  assign(5);
  REQUIRE(ask(kLatest, 0, 4).answers() == "error 74");
  REQUIRE(ask(kLatest, 0, 6).answers() == "error 75");
  REQUIRE(ask(kLatest, 0, 5).answers() == "0@-1 5");
  assign(6, kOther);
  REQUIRE(ask(kLatest, 0, 6).answers() == "error 6");
}

TEST_CASE_METHOD(ListingOffsets, "read_committed ends at the first open transaction") {
  append(TestBatch().records(2).time(1000));
  append(TestBatch().records(3).time(2000).producer(7, 0, 0).transactional());
  request.isolation_level = 1;
  REQUIRE(at(kLatest) == "2@-1 1");
  REQUIRE(at(2000) == "-1@-1 -1");
  request.isolation_level = 0;
  REQUIRE(at(kLatest) == "5@-1 1");
}

// ---- what was wrong ----

TEST_CASE_METHOD(ListingOffsets,
                 "a partition that is asked twice is refused, once, and the others are answered") {
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic()});
  ask(kLatest).ask(kEarliest).ask(kLatest, 1);
  REQUIRE(answers() == "error 42, error 3");
  ask(kLatest);
  request.topics.emplace_back().name = "t";
  ask(kEarliest);
  REQUIRE(answers() == "error 42");
}

TEST_CASE_METHOD(ListingOffsets,
                 "a time that only deleted records of a batch reach is looked up behind that batch") {
  append(TestBatch().records(3).time(1000).step(1));
  append(TestBatch().records(1).time(500));
  append(TestBatch().records(2).time(1001));
  delete_before(2);
  REQUIRE(at(1002) == "2@1002 1");
  delete_before(3);
  REQUIRE(at(1000) == "4@1001 1");
}

TEST_CASE_METHOD(ListingOffsets, "a time that remaining records of a cut batch reach is found in it") {
  append(TestBatch().records(3).time(1000).step(1));
  delete_before(1);
  REQUIRE(at(0) == "1@1001 1");
  REQUIRE(at(1000) == "1@1001 1");
}

TEST_CASE_METHOD(ListingOffsets, "the largest timestamp is that of a record that is still there") {
  append(TestBatch().records(1).time(9000));
  append(TestBatch().records(3).time(1002).step(-1));
  append(TestBatch().records(1).time(1001));
  delete_before(1);
  REQUIRE(at(kMaxTimestamp) == "1@1002 1");
  delete_before(2);
  REQUIRE(at(kMaxTimestamp) == "2@1001 1");
  delete_before(3);
  REQUIRE(at(kMaxTimestamp) == "4@1001 1");
  delete_before(5);
  REQUIRE(at(kMaxTimestamp) == "-1@-1 -1");
}

TEST_CASE_METHOD(ListingOffsets,
                 "the end is answered in the leader's epoch, though no record of it is there yet") {
  append(TestBatch().records(2));
  assign(4);
  REQUIRE(at(kLatest) == "2@-1 4");
  REQUIRE(at(kEarliest) == "0@-1 1");
}

TEST_CASE_METHOD(ListingOffsets,
                 "a replica that asks sees the log's end, and a debugging one need not ask the leader") {
  append(TestBatch().records(2));
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  append(TestBatch().records(3), false);
  REQUIRE(at(kLatest) == "2@-1 2");
  request.replica_id = 2;
  REQUIRE(at(kLatest) == "5@-1 2");
  assign(3, kOther, {kSelf, kOther}, {kSelf, kOther});
  REQUIRE(at(kLatest) == "error 6");
  request.replica_id = -2;
  REQUIRE(at(kEarliest) == "0@-1 1");
}

TEST_CASE_METHOD(ListingOffsets,
                 "a new leader has no end for consumers until its high watermark reaches its epoch") {
  assign(1, kSelf, {kSelf, kOther}, {kSelf, kOther});
  append(TestBatch().records(2), false);
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  REQUIRE(at(kLatest) == "error 78");
  REQUIRE(at(kLatest, 4) == "error 5");
  REQUIRE(at(kEarliest) == "0@-1 1");
  REQUIRE(at(1000) == "error 78");
}

TEST_CASE_METHOD(ListingOffsets, "a new leader finds the time of what it knows to be committed") {
  append(TestBatch().records(2).time(1000));
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  append(TestBatch().records(2).time(2000), false);
  assign(3, kSelf, {kSelf, kOther}, {kSelf, kOther});
  REQUIRE(at(1000) == "0@1000 1");
  REQUIRE(at(2000) == "error 78");
  REQUIRE(at(kMaxTimestamp) == "error 78");
}

TEST_CASE_METHOD(ListingOffsets, "an isolation level that does not exist is not taken for read_uncommitted") {
  request.isolation_level = 7;
  REQUIRE(at(kLatest) == "error -1");
}

// ---- authorization ----

TEST_CASE_METHOD(ListingOffsets,
                 "a topic that may not be described is refused as it is named, behind the rest") {
  rules = strict_rules();
  REQUIRE(ask(kLatest).ask(kLatest).answers() == "error 29, error 29");
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(),
           allow(AclOperation::kDescribe, ResourceType::kTopic, "t")});
  request.topics.emplace(request.topics.begin())->name = "none";
  request.topics[0].partitions.emplace_back();
  REQUIRE(at(kLatest) == "0@-1 1, error 29");
}
