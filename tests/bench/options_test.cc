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

Options shared(int32_t partitions, int32_t connections, int32_t request_records = 96) {
  Options options;
  options.partitions = partitions;
  options.connections = connections;
  options.request_records = request_records;
  return options;
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

TEST_CASE("what is not an option, or has no value or a bad one, is named") {
  for (std::string bad :
       {"--rates 1",   "--rate",        "--rate 1x",      "--partitions 0", "--codec brotli",
        "--seconds 0", "--seconds inf", "--rate inf",     "--warmup nan",   "--warmup -1",
        "--rate -1",   "--fill-mib -1", "--address 9092", "--groups 0",     "--members 0",
        "--threads 0", "--beat-ms 0",   "--keys -1",      "--records 0",    "--topic-id x"}) {
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

TEST_CASE("each partition belongs to one connection") {
  Options options = shared(7, 3);
  REQUIRE(partitions_of(options, 0) == std::vector<int32_t>{0, 3, 6});
  REQUIRE(partitions_of(options, 1) == std::vector<int32_t>{1, 4});
  REQUIRE(partitions_of(options, 2) == std::vector<int32_t>{2, 5});
}

TEST_CASE("a request's records are shared by the partitions of its connection") {
  REQUIRE(batch_records(shared(1, 1)) == 96);
  REQUIRE(batch_records(shared(12, 1)) == 8);
  REQUIRE(batch_records(shared(12, 3)) == 24);
  REQUIRE(batch_records(shared(12, 1, 5)) == 1);
}
