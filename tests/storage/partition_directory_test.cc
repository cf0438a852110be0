#include "storage/partition_directory.h"

#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;
using Kind = PartitionDirectoryKind;

namespace {

// "<topic> <partition> <kind>", or "nothing".
std::string parsed(std::string_view name) {
  auto found = parse_partition_directory(name);
  if (!found) return "nothing";
  std::string kinds[] = {"current", "future", "deleted", "stray"};
  return found->partition.topic + " " + std::to_string(found->partition.partition) + " " +
         kinds[static_cast<int>(found->kind)];
}

const std::string kHex = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("a partition's directory is split at the last dash") {
  REQUIRE(parsed("orders-0") == "orders 0 current");
  REQUIRE(parsed("my-topic-12") == "my-topic 12 current");
  REQUIRE(parsed("a.b_c--3") == "a.b_c- 3 current");
  REQUIRE(parsed("__cluster_metadata-0") == "__cluster_metadata 0 current");
  REQUIRE(parsed("t-2147483647") == "t 2147483647 current");
}

TEST_CASE("marked directories say what they are") {
  REQUIRE(parsed("my-topic-12." + kHex + "-delete") == "my-topic 12 deleted");
  REQUIRE(parsed("my-topic-12." + kHex + "-stray") == "my-topic 12 stray");
  REQUIRE(parsed("my.topic-12." + kHex + "-future") == "my.topic 12 future");
}

TEST_CASE("other names are nobody's partition") {
  for (const char* name : {"",
                           "-",
                           "-0",
                           "t-",
                           "t",
                           "t-x",
                           "t-00",
                           "t-+1",
                           "t-2147483648",
                           "lost+found",
                           "a b-1",
                           "remote-log-index-cache",
                           "recovery-point-offset-checkpoint",
                           ".lock",
                           "meta.properties",
                           "t-1.-delete",
                           "t-1-delete",
                           "-delete",
                           ".-delete",
                           "t.x-delete",
                           "1-future"}) {
    CAPTURE(name);
    REQUIRE(parsed(name) == "nothing");
  }
}

TEST_CASE("a marked name is fresh and is read back") {
  SeededRandom random(1);
  TopicPartition partition{"my-topic", 12};
  for (Kind kind : {Kind::kDeleted, Kind::kStray, Kind::kFuture}) {
    std::string name = marked_directory_name(partition, kind, random);
    REQUIRE(name != marked_directory_name(partition, kind, random));
    REQUIRE(name.starts_with("my-topic-12."));
    REQUIRE(parse_partition_directory(name)->partition == partition);
    REQUIRE(parse_partition_directory(name)->kind == kind);
  }
}

TEST_CASE("a long topic is cut in the names of what goes, never in the name of what comes") {
  SeededRandom random(1);
  TopicPartition partition{std::string(249, 'x'), 12345};
  std::string deleted = marked_directory_name(partition, Kind::kDeleted, random);
  REQUIRE(deleted.size() == 255);
  REQUIRE(parsed(deleted) == std::string(255 - 6 - 33 - 7, 'x') + " 12345 deleted");
  REQUIRE(parse_partition_directory(marked_directory_name(partition, Kind::kFuture, random))->partition ==
          partition);
}
