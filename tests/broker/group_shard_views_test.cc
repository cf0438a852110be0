#include "tests/testing.h"

#include "tests/broker/shard_fixture.h"

namespace klamm::broker::group::testing {
namespace {

struct ThreeGroups : ShardFixture {
  ThreeGroups() {
    load_group("a", 2);
    load_group("b", 0);
    load_group("c", 1, "connect");
    load_offset("d", "orders", 0, 5);
    loaded();
  }
};

}  // namespace

TEST_CASE("groups are listed by name, with protocol type, state and type", "[groups]") {
  REQUIRE(ThreeGroups().list() ==
          "a consumer Stable classic; b consumer Empty classic; c connect Stable classic; d  Empty classic");
}

TEST_CASE("states to list are named in any case, with blanks around them", "[groups]") {
  const ThreeGroups shard;
  REQUIRE(shard.list({"eMPTY"}) == "b consumer Empty classic; d  Empty classic");
  REQUIRE(shard.list({"Dead", " STABLE\t"}) == "a consumer Stable classic; c connect Stable classic");
}

TEST_CASE("a filter that names no state or no type there is lists nothing", "[groups]") {
  const ThreeGroups shard;
  REQUIRE(shard.list({"Sleeping"}).empty());
  REQUIRE(shard.list({""}).empty());
  REQUIRE(shard.list({}, {"unheard-of"}).empty());
  REQUIRE(shard.list({}, {" classic"}).empty());
}

TEST_CASE("types to list are named in any case, and both filters count", "[groups]") {
  const ThreeGroups shard;
  REQUIRE(shard.list({"Empty"}, {"consumer", "Classic"}) == "b consumer Empty classic; d  Empty classic");
  REQUIRE(shard.list({}, {"CONSUMER", "share", "streams"}).empty());
}

TEST_CASE("a stable group is described with its members' metadata", "[groups]") {
  REQUIRE(ThreeGroups().describe("a") ==
          "a Stable consumer/range m0@client/127.0.0.1=part+18 m1(static)@client/127.0.0.1=part+18");
}

TEST_CASE("a group that is not stable is described without metadata and protocol", "[groups]") {
  ThreeGroups shard;
  shard.heartbeat("a", "m0");
  shard.advance(5'000);
  shard.heartbeat("a", "m0");
  shard.advance(5'000);
  REQUIRE(shard.describe("a") == "a PreparingRebalance consumer/ m0@client/127.0.0.1=part");
  REQUIRE(shard.describe("b") == "b Empty consumer/");
  REQUIRE(shard.describe("d") == "d Empty /");
}

TEST_CASE("a group that is not there is dead, and from version 6 on an error", "[groups]") {
  const ThreeGroups shard;
  REQUIRE(shard.describe("none", 6) == "none Dead / GROUP_ID_NOT_FOUND: Group none not found.");
  REQUIRE(shard.describe("none", 5) == "none Dead /");
  REQUIRE(shard.describe("", 0) == " Dead /");
}

// An id may be as long as a string can be, and the text about it is longer.
TEST_CASE("the message about a group that is not there fits the wire, whatever its id", "[groups]") {
  const ThreeGroups shard;
  std::string id;
  while (id.size() < 0x7FFF) id += "\u00e9";  // of two bytes
  id.resize(0x7FFF - 1);
  std::string message;
  const auto told = shard.shard.describe(id, 6, message);
  REQUIRE(told.group_id == id);
  REQUIRE(message.size() <= 0x7FFF);
  REQUIRE(message.starts_with("Group \u00e9"));
  REQUIRE(message.ends_with("\u00e9 not found."));
}

}  // namespace klamm::broker::group::testing
