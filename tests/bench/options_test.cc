#include "tests/testing.h"

#include <sstream>
#include <vector>

#include "bench/load/options.h"

using namespace klamm::bench;

namespace {

klamm::Result<Options, klamm::Failure> parse(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  std::vector<std::string_view> arguments(words.begin(), words.end());
  return parse_options(arguments);
}

}  // namespace

TEST_CASE("options are read, and what stands behind the two dashes is the command") {
  Options options =
      parse("first-ack --address [::1]:9094 --codec zstd --rate 20000.5 --fill-mib 3 -- broker --rate x")
          .value();
  REQUIRE(options.mode == "first-ack");
  REQUIRE(options.address.host == "[::1]");
  REQUIRE(options.address.port == "9094");
  REQUIRE(options.codec == klamm::protocol::Codec::kZstd);
  REQUIRE(options.rate == 20000.5);
  REQUIRE(options.fill_bytes == 3 << 20);
  REQUIRE(options.command == std::vector<std::string>{"broker", "--rate", "x"});
}

TEST_CASE("groups have a number of members and threads, and a topic its id") {
  Options options =
      parse(
          "groups-join --groups 20 --members 1 --threads 3 --beat-ms 100 --keys 0 --records 7 --folder x "
          "--topic-id AAAAAAAAAAcAAAAAAAAACA")
          .value();
  REQUIRE(options.groups == 20);
  REQUIRE(options.members == 1);
  REQUIRE(options.threads == 3);
  REQUIRE(options.beat_ms == 100);
  REQUIRE(options.records == 7);
  REQUIRE(options.folder == "x");
  REQUIRE(options.topic_id == klamm::Uuid::of(7, 8));
}

TEST_CASE("a cluster has several processes, and its topics several replicas") {
  Options options =
      parse("produce --pid 7,8,9 --replication-factor 3 --request-partitions 4 --node-id 2").value();
  REQUIRE(options.pids == std::vector<int>{7, 8, 9});
  REQUIRE(options.replication_factor == 3);
  REQUIRE(options.request_partitions == 4);
  REQUIRE(options.node_id == 2);
  REQUIRE(parse("produce --pid 7 --pid 8").value().pids == std::vector<int>{8});
  REQUIRE(parse("produce --pid 0").value().pids == std::vector<int>{0});
}

TEST_CASE("what is not an option, or has no value or a bad one, is named") {
  for (std::string bad : {"--rates 1",
                          "--rate",
                          "--rate 1x",
                          "--partitions 0",
                          "--codec brotli",
                          "--seconds 0",
                          "--seconds inf",
                          "--rate inf",
                          "--warmup nan",
                          "--warmup -1",
                          "--rate -1",
                          "--fill-mib -1",
                          "--address 9092",
                          "--groups 0",
                          "--members 0",
                          "--threads 0",
                          "--beat-ms 0",
                          "--keys -1",
                          "--records 0",
                          "--topic-id x",
                          "--pid -1",
                          "--pid 1,",
                          "--pid ,1",
                          "--pid 1;2",
                          "--replication-factor 0",
                          "--node-id -1",
                          "--replication-factor 40000",
                          "--request-partitions 0"}) {
    auto parsed = parse("produce " + bad);
    REQUIRE_FALSE(parsed.ok());
    REQUIRE(parsed.error().message == "what is " + bad.substr(0, bad.find(' ')) + "?");
  }
  REQUIRE_FALSE(parse("").ok());
}

// Such a connection would have sent requests without a record, as fast as it could whatever the rate.
TEST_CASE("more connections than partitions are refused") {
  REQUIRE(parse("produce --partitions 3 --connections 3").ok());
  REQUIRE(parse("produce --partitions 3 --connections 4").error().message ==
          "4 connections have no partition to themselves among 3");
}
