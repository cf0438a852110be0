#include "storage/partition_metadata.h"

#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

const Uuid kTopicId = Uuid::of(3, 4);

std::string error_of(std::string_view text) {
  sim::SimDisk disk;
  disk.plant("/d/t-0/partition.metadata", text);
  auto id = read_partition_metadata(disk, "/d/t-0");
  REQUIRE_FALSE(id);
  return id.error().what;
}

}  // namespace

TEST_CASE("partition.metadata is written as Kafka writes it, and read back") {
  std::string text = partition_metadata_text(Uuid::of(0, 1));
  REQUIRE(text == "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ");
  REQUIRE(parse_partition_metadata(as_bytes(text), "file").value() == Uuid::of(0, 1));
  REQUIRE(parse_partition_metadata(as_bytes(text + "\n"), "file").value() == Uuid::of(0, 1));
}

TEST_CASE("a later version of partition.metadata is read as far as it is known") {
  std::string text = "version: 1\r\ntopic_id: " + kTopicId.to_string() + "\nmore: 5\n";
  REQUIRE(parse_partition_metadata(as_bytes(text), "file").value() == kTopicId);
}

TEST_CASE("a malformed partition.metadata is refused with its file and line") {
  REQUIRE(error_of("").starts_with(
      "/d/t-0/partition.metadata, line 1: expected \"version: 0\", found \"\". Write \"version: 0\" and"));
  REQUIRE(error_of("version: -1\n").find("line 1") != std::string::npos);
  REQUIRE(error_of("version:0\n").find("line 1") != std::string::npos);
  REQUIRE(error_of("version: 0").find("line 2") != std::string::npos);
  REQUIRE(error_of("version: 0\ntopic_id: short").find("line 2: expected \"topic_id: \" and the id") !=
          std::string::npos);
  REQUIRE(error_of("version: 0\ntopic_id: " + Uuid().to_string()).find("line 2") != std::string::npos);
}

TEST_CASE("a directory without partition.metadata has no topic id yet") {
  sim::SimDisk disk;
  disk.plant("/d/t-0/00000000000000000000.log", "");
  REQUIRE_FALSE(read_partition_metadata(disk, "/d/t-0").value());
  REQUIRE(write_partition_metadata(disk, "/d/t-0", kTopicId));
  REQUIRE(read_partition_metadata(disk, "/d/t-0").value() == kTopicId);
}
