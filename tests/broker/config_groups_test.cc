#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

TEST_CASE_METHOD(ConfigFixture, "without a word in the file the group coordinator has Kafka's defaults") {
  const GroupCoordinatorConfig groups = node().groups;
  REQUIRE(groups.session_timeout_min_ms == 6'000);
  REQUIRE(groups.session_timeout_max_ms == 1'800'000);
  REQUIRE(groups.initial_rebalance_delay_ms == 3'000);
  REQUIRE(groups.size_max == INT32_MAX);
  REQUIRE(groups.offset_metadata_size_max == 4'096);
  REQUIRE(groups.offsets_retention_ms == 7 * 24 * 3'600'000);
  REQUIRE(groups.expiry_interval_ms == 600'000);
  REQUIRE(groups.commit_timeout_ms == 5'000);
  REQUIRE(groups.load_buffer_size == 5'242'880);
  REQUIRE(groups.topic_partitions == 50);
  REQUIRE(groups.topic_replication_factor == 3);
  REQUIRE(groups.topic_segment_size == 104'857'600);
  REQUIRE(groups.topic_codec == protocol::Codec::kNone);
}

TEST_CASE_METHOD(ConfigFixture, "what the file says of groups' members is obeyed") {
  const GroupCoordinatorConfig groups = node({{"group.min.session.timeout.ms", "1"},
                                              {"group.max.session.timeout.ms", "2"},
                                              {"group.initial.rebalance.delay.ms", "3"},
                                              {"group.max.size", "4"}})
                                            .groups;
  REQUIRE(groups.session_timeout_min_ms == 1);
  REQUIRE(groups.session_timeout_max_ms == 2);
  REQUIRE(groups.initial_rebalance_delay_ms == 3);
  REQUIRE(groups.size_max == 4);
}

TEST_CASE_METHOD(ConfigFixture, "what the file says of offsets and their topic is obeyed") {
  const GroupCoordinatorConfig groups = node({{"offset.metadata.max.bytes", "1"},
                                              {"offsets.retention.minutes", "2"},
                                              {"offsets.retention.check.interval.ms", "3"},
                                              {"offsets.commit.timeout.ms", "4"},
                                              {"offsets.load.buffer.size", "5"},
                                              {"offsets.topic.num.partitions", "6"},
                                              {"offsets.topic.replication.factor", "7"},
                                              {"offsets.topic.segment.bytes", "8"},
                                              {"offsets.topic.compression.codec", "4"}})
                                            .groups;
  REQUIRE(groups.offset_metadata_size_max == 1);
  REQUIRE(groups.offsets_retention_ms == 120'000);
  REQUIRE(groups.expiry_interval_ms == 3);
  REQUIRE(groups.commit_timeout_ms == 4);
  REQUIRE(groups.load_buffer_size == 5);
  REQUIRE(groups.topic_partitions == 6);
  REQUIRE(groups.topic_replication_factor == 7);
  REQUIRE(groups.topic_segment_size == 8);
  REQUIRE(groups.topic_codec == protocol::Codec::kZstd);
}

TEST_CASE_METHOD(ConfigFixture, "the longest retention does not overflow") {
  REQUIRE(node({{"offsets.retention.minutes", "2147483647"}}).groups.offsets_retention_ms ==
          2'147'483'647LL * 60'000);
}

TEST_CASE_METHOD(ConfigFixture, "a codec is one of five") {
  const std::string codec = GENERATE("5", "-1", "300");
  REQUIRE(refusal({{"offsets.topic.compression.codec", codec}}) ==
          "offsets.topic.compression.codec=" + codec +
              " is no codec; write 0 for none, 1 for gzip, 2 for snappy, 3 for lz4, 4 for zstd");
}

TEST_CASE_METHOD(ConfigFixture, "bounds that leave nothing between them stop the start") {
  REQUIRE(refusal({{"group.min.session.timeout.ms", "20"}, {"group.max.session.timeout.ms", "10"}}) ==
          "group.min.session.timeout.ms=20 must be at most group.max.session.timeout.ms=10; lower the one or "
          "raise the other");
  REQUIRE(refusal({{"group.consumer.min.heartbeat.interval.ms", "6000"}}) ==
          "group.consumer.min.heartbeat.interval.ms=6000 must be at most "
          "group.consumer.heartbeat.interval.ms=5000; lower the one or raise the other");
  REQUIRE(refusal({{"group.share.max.session.timeout.ms", "44000"}}).find("must be at most") !=
          std::string::npos);
  REQUIRE(refusal({{"group.streams.num.standby.replicas", "3"}}) ==
          "group.streams.num.standby.replicas=3 must be at most group.streams.max.standby.replicas=2; lower "
          "the one or raise the other");
}

TEST_CASE_METHOD(ConfigFixture, "a member beats more often than its session lasts") {
  REQUIRE(
      refusal({{"group.consumer.session.timeout.ms", "45000"},
               {"group.consumer.heartbeat.interval.ms", "45000"},
               {"group.consumer.max.heartbeat.interval.ms", "45000"}}) ==
      "group.consumer.heartbeat.interval.ms=45000 must be less than group.consumer.session.timeout.ms=45000; "
      "lower the one or raise the other");
}
