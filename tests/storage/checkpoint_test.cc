#include "storage/checkpoint.h"

#include "tests/testing.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::storage;
using klamm::sim::SimDisk;

namespace {

std::string error_of(std::string_view text) {
  auto offsets = parse_offset_checkpoint(as_bytes(text), "/logs/checkpoint");
  REQUIRE_FALSE(offsets);
  REQUIRE(offsets.error().code == EBADMSG);
  return offsets.error().what;
}

OffsetCheckpoint parsed(std::string_view text) {
  auto offsets = parse_offset_checkpoint(as_bytes(text), "/logs/checkpoint");
  REQUIRE(offsets);
  return *offsets;
}

}  // namespace

TEST_CASE("a checkpoint is written as Kafka writes it, and read back") {
  OffsetCheckpoint offsets = {{{"orders", 0}, Offset{17}}, {{"a-b.c", 12}, Offset{9223372036854775807}}};
  std::string text = offset_checkpoint_text(offsets);
  REQUIRE(text == "0\n2\na-b.c 12 9223372036854775807\norders 0 17\n");
  REQUIRE(parsed(text) == offsets);
}

TEST_CASE("a checkpoint without entries has a version and a zero") {
  REQUIRE(offset_checkpoint_text({}) == "0\n0\n");
  REQUIRE(parsed("0\n0\n").empty());
}

TEST_CASE("a file that Kafka made and never wrote holds nothing") {
  REQUIRE(parsed("").empty());
  REQUIRE(parsed("0\n").empty());
}

TEST_CASE("a missing checkpoint file holds nothing, one that cannot be read is an error") {
  SimDisk disk;
  REQUIRE(read_offset_checkpoint(disk, "/none").value().empty());
  disk.plant("/logs/checkpoint", "0\n1\nt 0 5\n");
  REQUIRE(read_offset_checkpoint(disk, "/logs/checkpoint").value().size() == 1);
  disk.inject({.operation = sim::DiskOperation::kRead});
  REQUIRE(read_offset_checkpoint(disk, "/logs/checkpoint").error().code == EIO);
}

TEST_CASE("fields may have more white space between and behind them, and lines any end") {
  REQUIRE(parsed("0\r\n2\r\nt \t 0  5 \r\nu 1 6") == parsed("0\n2\nt 0 5\nu 1 6\n"));
}

TEST_CASE("a malformed checkpoint is refused with its file and line") {
  REQUIRE(error_of("1\n0\n") == "/logs/checkpoint, line 1: expected the version, 0, found \"1\"");
  REQUIRE(error_of("\n0\n") == "/logs/checkpoint, line 1: expected the version, 0, found \"\"");
  REQUIRE(error_of("0\nx\n") ==
          "/logs/checkpoint, line 2: expected the number of lines that follow, found \"x\"");
  REQUIRE(error_of("0\n-1\n") ==
          "/logs/checkpoint, line 2: expected the number of lines that follow, found \"-1\"");
  REQUIRE(error_of("0\n1\nt 0\n") == "/logs/checkpoint, line 3: expected 3 fields, found \"t 0\"");
  REQUIRE(error_of("0\n1\nt 0 5 6\n") == "/logs/checkpoint, line 3: expected 3 fields, found \"t 0 5 6\"");
  REQUIRE(error_of("0\n1\n t 0 5\n") == "/logs/checkpoint, line 3: expected 3 fields, found \" t 0 5\"");
  REQUIRE(error_of("0\n1\nt 0 5\n\n") == "/logs/checkpoint, line 4: expected 3 fields, found \"\"");
  REQUIRE(error_of("0\n1\nt 0 x\n") ==
          "/logs/checkpoint, line 3: expected topic, partition and offset, found \"t 0 x\"");
  REQUIRE(error_of("0\n1\nt 0 9223372036854775808\n").find("line 3") != std::string::npos);
  REQUIRE(error_of("0\n1\nt -1 5\n").find("line 3") != std::string::npos);
  REQUIRE(error_of("0\n1\nt 0 -5\n").find("line 3") != std::string::npos);
}

TEST_CASE("a checkpoint whose count is not the number of its lines is refused") {
  REQUIRE(error_of("0\n2\nt 0 5\n") == "/logs/checkpoint, line 2: says that 2 lines follow, but there are 1");
  REQUIRE(error_of("0\n0\nt 0 5\n") == "/logs/checkpoint, line 2: says that 0 lines follow, but there are 1");
  REQUIRE(error_of("0\n2147483647\n").find("says that 2147483647") != std::string::npos);
}

TEST_CASE("garbage in a checkpoint is shown so that a terminal survives it") {
  std::string text = std::string("0\n1\n\x1b[31m\0\xff", 11) + std::string(200, 'x');
  std::string error = error_of(text);
  REQUIRE(error.starts_with("/logs/checkpoint, line 3: expected 3 fields, found \"\\x1b[31m\\x00\\xffxx"));
  REQUIRE(error.size() < 200);
}

TEST_CASE("any one flipped bit in a checkpoint is refused or changes no more than one entry") {
  OffsetCheckpoint offsets = {{{"a", 0}, Offset{17}}, {{"b", 12}, Offset{3}}};
  std::string text = offset_checkpoint_text(offsets);
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    auto result = parse_offset_checkpoint(as_bytes(flipped), "file");
    if (!result) continue;
    size_t same = 0;
    for (const auto& [partition, offset] : *result)
      same += offsets.contains(partition) && offsets[partition] == offset;
    REQUIRE(same >= 1);
    REQUIRE(result->size() == 2);
  }
}
