#include "tests/testing.h"

#include "protocol/record_batch_control.h"
#include "tests/protocol/record_batch_fixture.h"

using namespace klamm;
using namespace klamm::protocol;
using namespace klamm::protocol::fixture;

// The bytes are those that Apache Kafka 4.3.1 writes: `kafka-storage.sh format --standalone`, and
// MemoryRecords.withEndTransactionMarker and withLeaderChangeMessage.

namespace {

constexpr int64_t kBootstrapTime = 0x1a1fb838f92;

}  // namespace

TEST_CASE("golden: the first batch of bootstrap.checkpoint") {
  Bytes header = hex("0000 0000000000000000 00");
  ControlRecord records[] = {{ControlType::kSnapshotHeader, header}};
  REQUIRE(build_control_batch(Offset{0}, Epoch{0}, kBootstrapTime, records) ==
          hex("0000000000000000 00000047 00000000 02 c5c844ff 0020 00000000 000001a1fb838f92 000001a1fb838f92"
              "ffffffffffffffff ffff ffffffff 00000001"
              "2a 00 00 00 08 00000003 16 0000 0000000000000000 00 00"));
}

TEST_CASE("golden: the last batch of bootstrap.checkpoint") {
  Bytes footer = hex("0000 00");
  ControlRecord records[] = {{ControlType::kSnapshotFooter, footer}};
  REQUIRE(build_control_batch(Offset{7}, Epoch{0}, 0x1a1fb838fbe, records) ==
          hex("0000000000000007 0000003f 00000000 02 e57bbd44 0020 00000000 000001a1fb838fbe 000001a1fb838fbe"
              "ffffffffffffffff ffff ffffffff 00000001  1a 00 00 00 08 00000004 06 000000 00"));
}

TEST_CASE("golden: the three records that open a checkpoint with voters") {
  Bytes header = hex("0000 000001a1fb838fce 00");
  Bytes version = hex("0000 0001 00");
  Bytes voters = hex("0000 02 00000001 57e0712cb0c94c1ea14adeb6f413ee24"
                     "02 0b 434f4e54524f4c4c4552 0a 6c6f63616c686f7374 4a95 00 0000 0001 00 00 00");
  ControlRecord records[] = {{ControlType::kSnapshotHeader, header},
                             {ControlType::kKraftVersion, version},
                             {ControlType::kKraftVoters, voters}};
  REQUIRE(build_control_batch(Offset{0}, Epoch{0}, 0x1a1fb838fde, records) ==
          hex("0000000000000000 0000009a 00000000 02 6d006222 0020 00000002 000001a1fb838fde 000001a1fb838fde"
              "ffffffffffffffff ffff ffffffff 00000003"
              "2a 00 00 00 08 00000003 16 0000 000001a1fb838fce 00 00"
              "1e 00 00 02 08 00000005 0a 0000 0001 00 00"
              "8201 00 00 04 08 00000006 6e 0000 02 00000001 57e0712cb0c94c1ea14adeb6f413ee24"
              "02 0b 434f4e54524f4c4c4552 0a 6c6f63616c686f7374 4a95 00 0000 0001 00 00 00 00"));
}

TEST_CASE("golden: a batch of metadata records, with null keys") {
  BatchFields fields;
  fields.base_offset = Offset{1};
  fields.leader_epoch = Epoch{0};
  RecordBatchBuilder builder(fields);
  Bytes value = hex("01 0c 00 11 6d657461646174612e76657273696f6e 001e 00");
  builder.append(0x1a1fb838fb7, std::nullopt, value);
  builder.append(0x1a1fb838fb7, std::nullopt, value);
  Bytes batch = builder.build();
  ByteView records = BatchView(batch).records();
  REQUIRE(same_bytes(records, hex("3a 00 00 00 01 2e 010c00116d657461646174612e76657273696f6e001e00 00"
                                  "3a 00 00 02 01 2e 010c00116d657461646174612e76657273696f6e001e00 00")));
}

TEST_CASE("golden: the markers that end a transaction") {
  auto marker = [](ControlType type) {
    return build_transaction_marker(Offset{5}, Epoch{2}, kNow, type, 77, 8, Epoch{6});
  };
  REQUIRE(marker(ControlType::kCommit) ==
          hex("0000000000000005 00000042 00000002 02 b838b4b8 0030 00000000 0000018bcfe56800 0000018bcfe56800"
              "000000000000004d 0008 ffffffff 00000001  20 00 00 00 08 00000001 0c 0000 00000006 00"));
  REQUIRE(marker(ControlType::kAbort) ==
          hex("0000000000000005 00000042 00000002 02 4c0662f0 0030 00000000 0000018bcfe56800 0000018bcfe56800"
              "000000000000004d 0008 ffffffff 00000001  20 00 00 00 08 00000000 0c 0000 00000006 00"));
}

TEST_CASE("golden: the record of a new leader") {
  Bytes change = hex("0000 00000001 03 00000001 00 00000002 00 02 00000001 00 00");
  ControlRecord records[] = {{ControlType::kLeaderChange, change}};
  REQUIRE(build_control_batch(Offset{9}, Epoch{4}, kNow, records) ==
          hex("0000000000000009 00000054 00000004 02 725319f0 0020 00000000 0000018bcfe56800 0000018bcfe56800"
              "ffffffffffffffff ffff ffffffff 00000001"
              "44 00 00 00 08 00000002 30 0000 00000001 03 00000001 00 00000002 00 02 00000001 00 00 00"));
}
TEST_CASE("a control record's key tells its type, also of versions to come") {
  REQUIRE(control_type_of(hex("0000 0003")) == 3);
  REQUIRE(control_type_of(hex("0001 0009 aabb")) == 9);
  REQUIRE(control_type_of(hex("ffff 0003")) == std::nullopt);
  REQUIRE(control_type_of(hex("000000")) == std::nullopt);
  REQUIRE(control_type_of(std::nullopt) == std::nullopt);
}
