#include "storage/log_dir.h"

#include <algorithm>
#include <set>

#include "storage/partition_metadata.h"
#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;
using klamm::sim::DiskOperation;
using klamm::sim::SimDisk;
using Kind = PartitionDirectoryKind;

namespace {

const Uuid kDirectoryId = Uuid::of(11, 12);
const Uuid kTopicId = Uuid::of(21, 22);
const Uuid kOtherTopicId = Uuid::of(31, 32);

struct Node {
  SimDisk disk;
  SeededRandom random{1};
  LogDirOwner owner{NodeId{1}, std::nullopt};

  Node() { format("version=1\ncluster.id=ours\nnode.id=1\ndirectory.id=" + kDirectoryId.to_string() + "\n"); }
  void format(const std::string& text) { disk.plant("/d/meta.properties", text); }
  std::unique_ptr<LogDir> open() { return open(disk); }
  std::unique_ptr<LogDir> open(SimDisk& on) {
    auto dir = LogDir::open(on, random, "/d", owner);
    REQUIRE(dir);
    return std::move(*dir);
  }
  // As a topic's creation does it: the path, durably.
  static DiskResult<std::string> create(LogDir& dir, const TopicPartition& partition, const Uuid& topic_id) {
    if (auto forgotten = dir.forget_offsets({&partition, 1}); !forgotten) return Error{forgotten.error()};
    auto path = dir.create_partition(partition, topic_id);
    if (auto synced = dir.sync_names(); !synced) return Error{synced.error()};
    return path;
  }
  // The message, with "offline: " before it where the node may go on.
  std::string refusal() {
    auto dir = LogDir::open(disk, random, "/d", owner);
    REQUIRE_FALSE(dir);
    return (dir.error().offline ? "offline: " : "") + dir.error().message;
  }
  void plant_partition(const std::string& name, const Uuid& topic_id) {
    disk.plant("/d/" + name + "/partition.metadata", partition_metadata_text(topic_id));
  }
};

std::string names_of(const std::vector<FoundPartition>& found) {
  std::string all;
  for (const FoundPartition& one : found) all += one.name + (one.topic_id ? " " : "? ");
  return all;
}

}  // namespace

TEST_CASE_METHOD(Node, "a directory of this node opens and says who it is") {
  auto dir = open();
  REQUIRE(dir->id() == kDirectoryId);
  REQUIRE(dir->cluster_id() == "ours");
  REQUIRE_FALSE(dir->clean_shutdown());
  REQUIRE(dir->found().empty());
}

TEST_CASE_METHOD(Node, "an unformatted directory is refused, and nothing is written to it") {
  auto refusal_of = [&](const std::string& path) {
    auto dir = LogDir::open(disk, random, path, owner);
    REQUIRE_FALSE(dir);
    REQUIRE_FALSE(dir.error().offline);
    return dir.error().message;
  };
  REQUIRE(disk.make_directories("/empty"));
  REQUIRE(
      refusal_of("/empty").starts_with("/empty is not formatted: it has no meta.properties. Format it with"));
  REQUIRE(refusal_of("/none").starts_with("/none is not formatted"));
  REQUIRE(disk.list("/empty").value().empty());
  disk.plant("/file", "");
  REQUIRE(refusal_of("/file") == "/file is a file, not a directory: set log.dirs to directories");
  disk.plant("/blank/meta.properties", "#\n");
  REQUIRE(
      refusal_of("/blank").starts_with("/blank/meta.properties is empty, so that it cannot be told whose"));
}

TEST_CASE_METHOD(Node, "another cluster's directory is refused with both clusters named") {
  owner.cluster_id = "theirs";
  REQUIRE(refusal().starts_with(
      "/d/meta.properties has cluster.id=ours, but this node belongs to cluster theirs"));
  REQUIRE_FALSE(disk.exists("/d/.lock"));
}

TEST_CASE_METHOD(Node, "another node's directory is refused with the line to change") {
  owner.node_id = NodeId{2};
  REQUIRE(refusal().find("has node id 1, but the configuration has node.id=2. Set node.id=1") !=
          std::string::npos);
}

TEST_CASE_METHOD(Node, "a directory without an owner, or with a reserved id, is refused") {
  format("broker.id=1\n");
  REQUIRE(refusal().starts_with("/d/meta.properties: cluster.id is missing"));
  format("version=1\ncluster.id=ours\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAA\n");
  REQUIRE(refusal().find("directory.id=AAAAAAAAAAAAAAAAAAAAAA, which is reserved") != std::string::npos);
}

TEST_CASE_METHOD(Node, "a directory in use is refused until its user lets go") {
  auto first = open();
  REQUIRE(refusal().starts_with("/d is in use: another process holds /d/.lock"));
  first.reset();
  REQUIRE(open());
}

TEST_CASE_METHOD(Node, "a directory that cannot be read, or not be understood, is offline") {
  format("version=9\n");
  REQUIRE(refusal() == "offline: /d/meta.properties, line 1: version=9, but it must be 0 or 1");
  disk.inject({.operation = DiskOperation::kOpen, .path_part = "meta.properties", .code = EACCES});
  REQUIRE(refusal().find("the user that runs the node must be able to read and write") != std::string::npos);
}

TEST_CASE_METHOD(Node, "a directory of an older version gets an id, for good") {
  format("version=1\ncluster.id=ours\nnode.id=1\n");
  Uuid id = open()->id();
  REQUIRE_FALSE(is_reserved_directory_id(id));
  disk.crash(random);
  REQUIRE(open()->id() == id);
}

TEST_CASE_METHOD(Node, "the clean-shutdown mark holds for one start") {
  open()->mark_clean(77).ok();
  REQUIRE(open()->clean_shutdown()->broker_epoch == 77);
  REQUIRE_FALSE(open()->clean_shutdown());
}

TEST_CASE_METHOD(Node, "partitions are found with their kind and topic id, and nothing else is") {
  plant_partition("b-1", kTopicId);
  plant_partition("a-0.0123456789abcdef0123456789abcdef-delete", kTopicId);
  plant_partition("a-0.0123456789abcdef0123456789abcdef-stray", kTopicId);
  plant_partition("a-0.0123456789abcdef0123456789abcdef-future", kTopicId);
  plant_partition("__cluster_metadata-0", Uuid::of(0, 1));
  disk.plant("/d/old-3/00000000000000000000.log", "");
  disk.plant("/d/lost+found/x", "");
  disk.plant("/d/a-file-7", "");
  auto dir = open();
  REQUIRE(names_of(dir->found()) ==
          "a-0.0123456789abcdef0123456789abcdef-delete a-0.0123456789abcdef0123456789abcdef-future "
          "a-0.0123456789abcdef0123456789abcdef-stray b-1 old-3? ");
  REQUIRE(dir->found()[0].kind == Kind::kDeleted);
  REQUIRE(dir->found()[1].kind == Kind::kFuture);
  REQUIRE(dir->found()[2].kind == Kind::kStray);
  REQUIRE(dir->found()[3].kind == Kind::kCurrent);
  REQUIRE(dir->found()[3].partition == TopicPartition{"b", 1});
  REQUIRE(dir->found()[3].topic_id == kTopicId);
}

TEST_CASE_METHOD(Node, "a damaged partition.metadata takes the directory offline, unless it was deleted") {
  disk.plant("/d/a-0.0123456789abcdef0123456789abcdef-delete/partition.metadata", "x");
  REQUIRE(open());
  disk.plant("/d/a-0/partition.metadata", "x");
  REQUIRE(refusal().starts_with("offline: /d/a-0/partition.metadata, line 1"));
}

TEST_CASE_METHOD(Node, "checkpoints are found as they were written") {
  plant_partition("a-0", kTopicId);
  OffsetCheckpoint offsets = {{{"a", 0}, Offset{5}}};
  REQUIRE(open()->write_checkpoint(CheckpointKind::kHighWatermark, offsets));
  REQUIRE(disk.text("/d/replication-offset-checkpoint") == "0\n1\na 0 5\n");
  auto dir = open();
  REQUIRE(dir->found_checkpoint(CheckpointKind::kHighWatermark) == offsets);
  REQUIRE(dir->found_checkpoint(CheckpointKind::kRecoveryPoint).empty());
}

TEST_CASE_METHOD(Node, "a checkpoint that would not change is not written") {
  plant_partition("a-0", kTopicId);
  OffsetCheckpoint offsets = {{{"a", 0}, Offset{5}}};
  disk.plant("/d/recovery-point-offset-checkpoint", offset_checkpoint_text(offsets));
  auto dir = open();
  uint64_t before = disk.counters().steps;
  REQUIRE(dir->write_checkpoint(CheckpointKind::kRecoveryPoint, offsets));
  REQUIRE(disk.counters().steps == before);
  offsets[{"a", 0}] = Offset{6};
  REQUIRE(dir->write_checkpoint(CheckpointKind::kRecoveryPoint, offsets));
  REQUIRE(disk.text("/d/recovery-point-offset-checkpoint") == "0\n1\na 0 6\n");
}

TEST_CASE_METHOD(Node, "a checkpoint whose writing failed is written again") {
  auto dir = open();
  OffsetCheckpoint offsets = {{{"a", 0}, Offset{5}}};
  disk.inject({.operation = DiskOperation::kRename, .times = 1});
  REQUIRE_FALSE(dir->write_checkpoint(CheckpointKind::kLogStart, offsets));
  REQUIRE(dir->write_checkpoint(CheckpointKind::kLogStart, offsets));
  REQUIRE(disk.text("/d/log-start-offset-checkpoint") == "0\n1\na 0 5\n");
}

TEST_CASE_METHOD(Node, "a damaged checkpoint counts as empty, whichever it is, and is written anew") {
  plant_partition("a-0", kTopicId);
  for (CheckpointKind kind : kCheckpointKinds) {
    const std::string path = "/d/" + std::string(checkpoint_file(kind));
    disk.plant(path, "0\n1\ndamage\n");
    auto dir = open();
    REQUIRE(dir->found_checkpoint(kind).empty());
    REQUIRE(dir->write_checkpoint(kind, {{{"a", 0}, Offset{5}}}));
    REQUIRE(disk.text(path) == "0\n1\na 0 5\n");
  }
}

TEST_CASE_METHOD(Node, "a created partition is there, with its topic id, after any power cut") {
  auto dir = open();
  REQUIRE(create(*dir, {"t", 3}, kTopicId).value() == "/d/t-3");
  for (int i = 0; i < 100; ++i) {
    auto image = disk.crash_image(random);
    REQUIRE(names_of(open(*image)->found()) == "t-3 ");
  }
}

TEST_CASE_METHOD(Node, "a power cut while a partition is created leaves none, or one that can be completed") {
  auto dir = open();
  std::set<std::string> found;
  disk.on_step([&] {
    for (int i = 0; i < 30; ++i) {
      auto image = disk.crash_image(random);
      auto again = open(*image);
      found.insert(names_of(again->found()));
      REQUIRE(create(*again, {"t", 3}, kTopicId));
      REQUIRE(read_partition_metadata(*image, "/d/t-3").value() == kTopicId);
    }
  });
  REQUIRE(create(*dir, {"t", 3}, kTopicId));
  disk.on_step({});
  REQUIRE(found == std::set<std::string>{"", "t-3? ", "t-3 "});
}

TEST_CASE("each sync in the making of a partition is needed") {
  for (std::string lie : {"/d/t-3/partition.metadata.tmp", "/d/t-3/", "/d/"}) {
    CAPTURE(lie);
    Node node;
    auto dir = node.open();
    bool directory = lie.ends_with('/');
    std::string path = directory ? lie.substr(0, lie.size() - 1) : lie;
    DiskOperation operation = directory ? DiskOperation::kSyncDirectory : DiskOperation::kSync;
    // The calls that are told apart by their path: "/d" is also in "/d/t-3", whose sync comes first.
    node.disk.inject(
        {.operation = operation, .path_part = path, .skip = lie == "/d/" ? 1u : 0u, .times = 1, .code = 0});
    REQUIRE(Node::create(*dir, {"t", 3}, kTopicId));
    auto made = node.disk.sync_calls();
    REQUIRE(std::find(made.begin(), made.end(), lie) == made.end());
    int lost = 0;
    for (int i = 0; i < 200; ++i) {
      auto image = node.disk.crash_image(node.random);
      auto again = LogDir::open(*image, node.random, "/d", node.owner);
      lost += !again || names_of((*again)->found()) != "t-3 ";
    }
    REQUIRE(lost > 0);
  }
}

TEST_CASE_METHOD(Node, "a partition is not given to another topic of the same name") {
  plant_partition("t-0", kTopicId);
  auto dir = open();
  REQUIRE(create(*dir, {"t", 0}, kTopicId));
  REQUIRE(create(*dir, {"t", 0}, kOtherTopicId).error().code == EEXIST);
}

TEST_CASE_METHOD(Node, "a partition set aside stays so after a power cut, and its name is free") {
  plant_partition("t-0", kTopicId);
  auto dir = open();
  std::string aside = dir->set_aside("t-0", Kind::kDeleted).value();
  REQUIRE(dir->sync_names());
  for (int i = 0; i < 50; ++i) REQUIRE(names_of(open(*disk.crash_image(random))->found()) == aside + " ");
  REQUIRE(create(*dir, {"t", 0}, kOtherTopicId));
  REQUIRE(dir->remove_deleted(aside));
  REQUIRE_FALSE(disk.exists("/d/" + aside));
}

TEST_CASE_METHOD(Node, "many partitions cost the log directory one sync") {
  auto dir = open();
  const size_t before = disk.sync_calls().size();
  std::vector<TopicPartition> partitions = {{"t", 0}, {"t", 1}, {"t", 2}};
  REQUIRE(dir->forget_offsets(partitions));
  for (const TopicPartition& partition : partitions) REQUIRE(dir->create_partition(partition, kTopicId));
  REQUIRE(dir->sync_names());
  REQUIRE(dir->sync_names());
  const auto& calls = disk.sync_calls();
  REQUIRE(std::count(calls.begin() + static_cast<ptrdiff_t>(before), calls.end(), "/d/") == 1);
}

TEST_CASE_METHOD(Node, "a deleted partition is not removed before its new name is durable") {
  plant_partition("t-0", kTopicId);
  disk.plant("/d/t-0/00000000000000000000.log", "records");
  auto dir = open();
  std::string aside = dir->set_aside("t-0", Kind::kDeleted).value();
  disk.inject({.operation = DiskOperation::kSyncDirectory, .times = 2, .code = EMFILE});
  REQUIRE(is_full(dir->sync_names().error()));
  REQUIRE_FALSE(dir->remove_deleted(aside));
  REQUIRE(disk.text("/d/" + aside + "/00000000000000000000.log") == "records");
  REQUIRE(dir->remove_deleted(aside));
  for (int i = 0; i < 50; ++i) {
    auto image = disk.crash_image(random);
    REQUIRE(names_of(open(*image)->found()).find("t-0 ") == std::string::npos);
  }
}

TEST_CASE_METHOD(Node, "a partition.metadata that cannot be one is named with what to do") {
  for (const std::string& text : {std::string("x"), std::string(5000, 'x'), std::string()}) {
    disk.plant("/d/a-0/partition.metadata", text);
    REQUIRE(refusal().find("/d/a-0/partition.metadata") != std::string::npos);
    REQUIRE(refusal().find("or remove the file, and the topic of that name takes") != std::string::npos);
  }
}

TEST_CASE_METHOD(Node, "a stray partition keeps its content under a name that says so") {
  plant_partition("t-0", kTopicId);
  disk.plant("/d/t-0/00000000000000000000.log", "records");
  std::string aside = open()->set_aside("t-0", Kind::kStray).value();
  REQUIRE(disk.text("/d/" + aside + "/00000000000000000000.log") == "records");
  REQUIRE(open()->found().front().kind == Kind::kStray);
}

TEST_CASE_METHOD(Node, "a topic made again does not inherit the offsets of its predecessor") {
  plant_partition("t-0", kTopicId);
  plant_partition("u-0", kTopicId);
  OffsetCheckpoint offsets = {{{"t", 0}, Offset{900}}, {{"u", 0}, Offset{7}}};
  auto dir = open();
  for (CheckpointKind kind : kCheckpointKinds) REQUIRE(dir->write_checkpoint(kind, offsets));
  REQUIRE(dir->set_aside("t-0", Kind::kDeleted));
  SECTION("in the same run") {}
  SECTION("after a restart") {
    dir.reset();
    dir = open();
    REQUIRE(dir->found_checkpoint(CheckpointKind::kLogStart) == OffsetCheckpoint{{{"u", 0}, Offset{7}}});
  }
  REQUIRE(create(*dir, {"t", 0}, kOtherTopicId));
  dir.reset();
  disk.crash(random);
  dir = open();
  REQUIRE(names_of(dir->found()).starts_with("t-0 "));
  for (CheckpointKind kind : kCheckpointKinds) {
    REQUIRE(dir->found_checkpoint(kind) == OffsetCheckpoint{{{"u", 0}, Offset{7}}});
  }
}

TEST_CASE_METHOD(Node, "a disk that fails while the directory is opened takes it offline") {
  plant_partition("t-0", kTopicId);
  disk.plant("/d/.kafka_cleanshutdown", "");
  for (DiskOperation operation :
       {DiskOperation::kOpen, DiskOperation::kRead, DiskOperation::kLock, DiskOperation::kRemove,
        DiskOperation::kSyncDirectory, DiskOperation::kList}) {
    disk.clear_faults();
    disk.plant("/d/.kafka_cleanshutdown", "");
    disk.inject({.operation = operation});
    REQUIRE(refusal().starts_with("offline: cannot"));
  }
}
