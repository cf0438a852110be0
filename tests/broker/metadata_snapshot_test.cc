// Snapshot files and bootstrap.checkpoint.
#include "tests/testing.h"

#include <string>

#include "broker/metadata/bootstrap.h"
#include "broker/metadata/snapshot_file.h"
#include "tests/broker/hex.h"
#include "tests/broker/metadata_records.h"
#include "tests/sim/sim_disk.h"

namespace klamm::broker {
using namespace testing;

namespace {

const std::string kDirectory = "/logs/__cluster_metadata-0";

raft::Voters one_voter() {
  raft::Voter voter;
  voter.key = {NodeId{1}, *Uuid::from_string("a2npYN6vSzuxcBo0CbzzNw")};
  voter.endpoints = {{"CONTROLLER", "127.0.0.1", 9093}};
  voter.kraft_version_max = 1;
  return raft::Voters({voter});
}

struct Machine {
  sim::SimDisk disk;
  SeededRandom random{7};
  ClusterImage image = image_of(one_of_everything());

  Machine() {
    REQUIRE(disk.make_directories(kDirectory));
    REQUIRE(disk.sync_directory("/"));
    REQUIRE(disk.sync_directory("/logs"));
    image.set_last_applied({Offset{41}, Epoch{3}, 12345});
  }
  raft::SnapshotId write() {
    auto id = write_snapshot(disk, kDirectory, image, 1, one_voter(), 1000);
    REQUIRE(id);
    return *id;
  }
  std::string path(raft::SnapshotId id) const { return kDirectory + "/" + snapshot_file_name(id); }
  // What is wrong with the snapshot file when its content is `content`.
  std::string complaint(ByteView content) {
    const raft::SnapshotId id{Epoch{9}, Offset{99}};
    disk.plant(path(id), content);
    auto loaded = load_snapshot(disk, kDirectory, id);
    return loaded ? "" : loaded.error().message;
  }
};

}  // namespace

TEST_CASE("A snapshot's file name gives its end offset and epoch, and no other name does") {
  const raft::SnapshotId id{Epoch{7}, Offset{1234}};
  REQUIRE(snapshot_file_name(id) == "00000000000000001234-0000000007.checkpoint");
  REQUIRE(parse_snapshot_file_name(snapshot_file_name(id)) == id);
  REQUIRE_FALSE(parse_snapshot_file_name("00000000000000001234-0000000007.checkpoint.part"));
  REQUIRE_FALSE(parse_snapshot_file_name("00000000000000001234-0000000007.checkpoint.deleted"));
  REQUIRE_FALSE(parse_snapshot_file_name("0000000000000001234-00000000007.checkpoint"));
  REQUIRE_FALSE(parse_snapshot_file_name("-0000000000000001234-0000000007.checkpoint"));
  REQUIRE_FALSE(parse_snapshot_file_name("bootstrap.checkpoint"));
}

TEST_CASE("A snapshot gives back the image, the voters and its place in the log") {
  Machine machine;
  const raft::SnapshotId id = machine.write();
  REQUIRE(id == raft::SnapshotId{Epoch{3}, Offset{42}});
  auto loaded = load_snapshot(machine.disk, kDirectory, id);
  REQUIRE(loaded);
  REQUIRE(same_content(loaded->image, machine.image));
  REQUIRE(loaded->image.last_applied() == machine.image.last_applied());
  REQUIRE(loaded->control == SnapshotControl{12345, 1, one_voter()});
}

TEST_CASE("A large snapshot is split into batches and comes back whole") {
  Machine machine;
  std::string name(200, 'n');
  for (int topic_number = 100; topic_number < 12000; ++topic_number) {
    name.replace(0, 6, std::to_string(100000 + topic_number));
    REQUIRE(machine.image.apply(topic(name, topic_number)));
  }
  const raft::SnapshotId id = machine.write();
  REQUIRE(machine.disk.content(machine.path(id)).size() > 2 << 20);
  REQUIRE(same_content(load_snapshot(machine.disk, kDirectory, id)->image, machine.image));
}

TEST_CASE("A snapshot that is cut short anywhere is refused") {
  Machine machine;
  const Bytes whole = machine.disk.content(machine.path(machine.write()));
  REQUIRE(machine.complaint(whole).empty());
  for (size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_FALSE(machine.complaint(ByteView(whole).first(size)).empty());
  }
}

TEST_CASE("A snapshot with a flipped bit is refused, unless nothing reads it") {
  Machine machine;
  const Bytes whole = machine.disk.content(machine.path(machine.write()));
  int unnoticed = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    Bytes damaged = whole;
    damaged[at] ^= 1 << at % 8;
    if (machine.complaint(damaged).empty()) ++unnoticed;
  }
  // The leader epochs of the three batches are outside of the checksum, and the snapshot has its own.
  REQUIRE(unnoticed == 3 * 4);
}

TEST_CASE("What follows the footer, or comes before the header, is refused") {
  Machine machine;
  const Bytes whole = machine.disk.content(machine.path(machine.write()));
  Bytes twice = whole;
  twice.insert(twice.end(), whole.begin(), whole.end());
  REQUIRE(machine.complaint(twice).find("after the footer") != std::string::npos);
  const size_t header = protocol::batch_size(whole).value();
  REQUIRE(machine.complaint(ByteView(whole).subspan(header)).find("other offsets") != std::string::npos);
  const Bytes data_only =
      encode_metadata_batch(Offset{0}, Epoch{3}, 0, {{{feature("metadata.version", 30), 0}}});
  REQUIRE(machine.complaint(data_only).find("does not begin with a header") != std::string::npos);
}

TEST_CASE("A snapshot exists under its name only when it is whole, whenever the power goes") {
  for (uint64_t steps = 0; steps < 12; ++steps) {
    Machine machine;
    machine.disk.cut_after_steps(steps);
    const bool written = write_snapshot(machine.disk, kDirectory, machine.image, 1, one_voter(), 1000).ok();
    machine.disk.crash(machine.random);
    auto ids = list_snapshots(machine.disk, kDirectory);
    REQUIRE(ids);
    REQUIRE((!written || ids->size() == 1));
    for (raft::SnapshotId id : *ids) {
      REQUIRE(same_content(load_snapshot(machine.disk, kDirectory, id)->image, machine.image));
    }
    REQUIRE(remove_snapshot_leftovers(machine.disk, kDirectory));
    REQUIRE(machine.disk.list(kDirectory)->size() == ids->size());
  }
}

TEST_CASE("Snapshots are listed from the oldest to the newest") {
  Machine machine;
  machine.disk.plant(kDirectory + "/00000000000000000100-0000000002.checkpoint", "");
  machine.disk.plant(kDirectory + "/00000000000000000000-0000000000.checkpoint", "");
  machine.disk.plant(kDirectory + "/00000000000000000200-0000000009.checkpoint.part", "");
  REQUIRE(*list_snapshots(machine.disk, kDirectory) ==
          std::vector{raft::kBootstrapSnapshot, raft::SnapshotId{Epoch{2}, Offset{100}}});
}

// The two files as Apache Kafka 4.3.1 wrote them, with its times and its directory id.
TEST_CASE("bootstrap.checkpoint is byte for byte what Kafka's formatter writes") {
  const Bytes file = bootstrap_file(feature_records(default_levels(kMetadataVersionLatest)), 1);
  REQUIRE(file.size() == 411);
  REQUIRE(hex(with_times_zeroed(file)) ==
          hex(with_times_zeroed(bytes_of_hex("00000000000000000000004700000000025555d999002000000000000001a1f"
                                             "b7e0ea7000001a1fb7e0ea7ffffffffffffff"
                                             "ffffffffffffff000000012a000000080000000316000000000000000000000"
                                             "0000000000000000001000000f10000000002"
                                             "eea4ab59000000000005000001a1fb7e0ebe000001a1fb7e0ebefffffffffff"
                                             "fffffffffffffffff000000063a000000012e"
                                             "010c00116d657461646174612e76657273696f6e001e00005a000002014e010"
                                             "c0021656c696769626c652e6c65616465722e"
                                             "7265706c696361732e76657273696f6e00010000340000040128010c000e677"
                                             "26f75702e76657273696f6e00010000340000"
                                             "060128010c000e73686172652e76657273696f6e0001000038000008012c010"
                                             "c001073747265616d732e76657273696f6e00"
                                             "0100004000000a0134010c00147472616e73616374696f6e2e76657273696f6"
                                             "e0002000000000000000000070000003f0000"
                                             "000002822e0943002000000000000001a1fb7e0ec0000001a1fb7e0ec0fffff"
                                             "fffffffffffffffffffffff000000011a0000"
                                             "0008000000040600000000"))));
}

TEST_CASE("The checkpoint of a new voter set is byte for byte what Kafka's formatter writes") {
  SnapshotEncoder encoder(Epoch{0}, 1, {0x1a1fb7e0ecb, 1, one_voter()});
  encoder.finish();
  const Bytes file = encoder.take();
  REQUIRE(file.size() == 241);
  REQUIRE(hex(with_times_zeroed(file)) ==
          hex(with_times_zeroed(bytes_of_hex(
              "00000000000000000000009a0000000002068f843f002000000002000001a1fb7e0eda000001a1fb7e0edaffffffff"
              "ffffff"
              "ffffffffffffff000000032a0000000800000003160000000001a1fb7e0ecb00001e00000208000000050a00000001"
              "000082"
              "0100000408000000066e000002000000016b69e960deaf4b3bb1701a3409bcf337020b434f4e54524f4c4c45520a31"
              "32372e"
              "302e302e31238500000000010000000000000000000000030000003f00000000025c6f3ab0002000000000000001a1"
              "fb7e0e"
              "e2000001a1fb7e0ee2ffffffffffffffffffffffffffff000000011a00000008000000040600000000"))));
}

TEST_CASE("A bootstrap file is read with its records in the versions of its metadata.version") {
  Machine machine;
  machine.disk.plant("/logs/bootstrap.checkpoint",
                     bootstrap_file(feature_records(default_levels(MetadataVersion{23})), 5));
  auto bootstrap = read_bootstrap(machine.disk, "/logs");
  REQUIRE(bootstrap);
  REQUIRE(bootstrap->records.size() == 2);
  REQUIRE(bootstrap->records[0].record == feature("metadata.version", 23));
  REQUIRE(bootstrap->records[1].record == feature("group.version", 1));
}

TEST_CASE("Without a bootstrap file a cluster begins with the latest metadata.version alone") {
  Machine machine;
  auto bootstrap = read_bootstrap(machine.disk, "/logs");
  REQUIRE(bootstrap->records.size() == 1);
  REQUIRE(bootstrap->records[0].record == feature("metadata.version", 30));
}

TEST_CASE("A bootstrap file that is cut short or has no metadata.version is refused with its path") {
  Machine machine;
  Bytes file = bootstrap_file(feature_records(default_levels(kMetadataVersionLatest)), 5);
  machine.disk.plant("/logs/bootstrap.checkpoint", ByteView(file).first(file.size() - 1));
  const std::string refusal = read_bootstrap(machine.disk, "/logs").error().message;
  REQUIRE(refusal.find("/logs/bootstrap.checkpoint") == 0);
  REQUIRE(refusal.find("remove the file, which only begins an empty log") != std::string::npos);
  machine.disk.plant("/logs/bootstrap.checkpoint", bootstrap_file({{feature("group.version", 1), 0}}, 5));
  REQUIRE(read_bootstrap(machine.disk, "/logs").error().message.find("no metadata.version") !=
          std::string::npos);
}

}  // namespace klamm::broker
