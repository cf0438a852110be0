#include "storage/meta_properties.h"

#include <set>

#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;
using klamm::sim::SimDisk;

namespace {

constexpr std::string_view kFormatted =
    "#\n#Sat Nov 21 00:00:00 UTC 2026\ncluster.id=J8dmxU2cRtyiFx4X5pXg9Q\n"
    "directory.id=zkDoHPdnTbi0jbiplKUQqw\nnode.id=3\nversion=1\n";

std::string error_of(std::string_view text) {
  auto meta = parse_meta_properties(as_bytes(text), "/d/meta.properties");
  REQUIRE_FALSE(meta);
  return meta.error().message;
}

MetaProperties some_meta() {
  return {1, "J8dmxU2cRtyiFx4X5pXg9Q", NodeId{3}, Uuid::from_string("zkDoHPdnTbi0jbiplKUQqw")};
}

}  // namespace

TEST_CASE("the file that Kafka's formatter leaves is understood") {
  REQUIRE(parse_meta_properties(as_bytes(kFormatted), "file").value() == some_meta());
}

TEST_CASE("meta.properties is written so that it is read back the same") {
  std::string text = meta_properties_text(some_meta());
  REQUIRE(text ==
          "version=1\ncluster.id=J8dmxU2cRtyiFx4X5pXg9Q\nnode.id=3\ndirectory.id=zkDoHPdnTbi0jbiplKUQqw\n");
  REQUIRE(parse_meta_properties(as_bytes(text), "file").value() == some_meta());
}

TEST_CASE("version 0 calls the node id broker.id, and needs nothing") {
  auto meta = parse_meta_properties(as_bytes("broker.id=5\n"), "file").value();
  REQUIRE(meta.version == 0);
  REQUIRE(meta.node_id == NodeId{5});
  REQUIRE_FALSE(meta.cluster_id);
  REQUIRE(meta_properties_text(meta) == "version=0\nbroker.id=5\n");
  REQUIRE_FALSE(parse_meta_properties(as_bytes("node.id=5\n"), "file").value().node_id);
  REQUIRE(parse_meta_properties(as_bytes(""), "file"));
}

TEST_CASE("what is wrong with meta.properties is said with key, value and what it must be") {
  REQUIRE(error_of("version=2\n") == "/d/meta.properties, line 1: version=2, but it must be 0 or 1");
  REQUIRE(error_of("version=1\nnode.id=x\n") ==
          "/d/meta.properties, line 2: node.id=x, but it must be a number");
  REQUIRE(error_of("version=1\ncluster.id=c\n") == "/d/meta.properties: node.id is missing");
  REQUIRE(error_of("version=1\nnode.id=1\n") == "/d/meta.properties: cluster.id is missing");
  REQUIRE(error_of("version=1\nnode.id=1\ncluster.id=c\ndirectory.id=zz\n") ==
          "/d/meta.properties, line 4: directory.id=zz, but it must be the base64url text of a UUID, 22 "
          "characters");
}

TEST_CASE("an unformatted directory is told from a damaged one") {
  SimDisk disk;
  REQUIRE(read_meta_properties(disk, "/none").error().code == ENOENT);
  disk.plant("/d/meta.properties", "version=7\n");
  REQUIRE(read_meta_properties(disk, "/d").error().code == EBADMSG);
}

TEST_CASE("meta.properties is the old one or the new one after a power cut at any moment") {
  SimDisk disk;
  SeededRandom random(5);
  disk.plant("/d/meta.properties", kFormatted);
  MetaProperties changed = some_meta();
  changed.directory_id = Uuid::of(7, 8);
  std::set<std::string> found;
  disk.on_step([&] {
    for (int i = 0; i < 50; ++i)
      found.insert(read_meta_properties(*disk.crash_image(random), "/d")->directory_id->to_string());
  });
  REQUIRE(write_meta_properties(disk, "/d", changed));
  disk.on_step({});
  REQUIRE(found ==
          std::set<std::string>{some_meta().directory_id->to_string(), changed.directory_id->to_string()});
  for (int i = 0; i < 50; ++i)
    REQUIRE(read_meta_properties(*disk.crash_image(random), "/d").value() == changed);
}

TEST_CASE("directory ids are random and never reserved") {
  REQUIRE(is_reserved_directory_id(Uuid::of(0, 0)));
  REQUIRE(is_reserved_directory_id(Uuid::of(0, 99)));
  REQUIRE_FALSE(is_reserved_directory_id(Uuid::of(0, 100)));
  REQUIRE_FALSE(is_reserved_directory_id(Uuid::of(1, 0)));
  SeededRandom random(1);
  REQUIRE(random_directory_id(random) != random_directory_id(random));
}
