// What Java 17 says: String.hashCode, and Utils.abs of it modulo 50.
#include "tests/testing.h"

#include "broker/coordinator/coordinator_partition.h"

using namespace klamm::broker;

namespace {

struct Golden {
  std::string_view key;
  int32_t hash;
  int32_t of_50;
};

}  // namespace

TEST_CASE("a key has the hash that it has in Java") {
  const Golden golden = GENERATE(
      Golden{"", 0, 0}, Golden{"a", 97, 47}, Golden{"group", 98629247, 47},
      Golden{"console-consumer-12345", 158455506, 6}, Golden{"connect-cluster", 1440343063, 13},
      Golden{"gr\xc3\xb6\xc3\x9f"
             "e",
             98762257, 7},
      Golden{"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 25921943, 43}, Golden{"\xf0\x9f\x98\x80", 1772899, 49});
  REQUIRE(java_hash(golden.key) == golden.hash);
  REQUIRE(coordinator_partition(golden.key, 50) == golden.of_50);
}

TEST_CASE("the smallest hash has no absolute value, and belongs to the first partition") {
  const std::string_view key = GENERATE("polygenelubricants", "GydZG_", "DESIGNING WORKHOUSES");
  REQUIRE(java_hash(key) == INT32_MIN);
  REQUIRE(coordinator_partition(key, 50) == 0);
}

TEST_CASE("what is not UTF-8 counts as what Java replaces it with") {
  const Golden golden = GENERATE(
      Golden{"\xff", 65533, 33}, Golden{"\xc3", 65533, 33}, Golden{"\xc3\x28", 2031563, 13},
      Golden{"\xe2\x82", 65533, 33}, Golden{"\xe2\x82\x41", 2031588, 38},
      Golden{"\xe2\x28\xa1", 63043986, 36}, Golden{"\xf0\x9f\x98", 65533, 33},
      Golden{"\xf0\x9f\x41", 2031588, 38}, Golden{"\xf0\x28", 2031563, 13}, Golden{"\xc0\x80", 2097056, 6},
      Golden{"\xed\xa0\x80", 65533, 33}, Golden{"\xed\xa0", 65533, 33}, Golden{"\xed\xa0\x41", 2031588, 38},
      Golden{"\xf4\x90\x80\x80", 2017367872, 22}, Golden{"\xf5\x80\x80\x80", 2017367872, 22},
      Golden{"\xe0\x80\x80", 65074269, 19}, Golden{"\xe0\x80", 2097056, 6}, Golden{"\xe0", 65533, 33},
      Golden{"\xf0\x80\x80\x80", 2017367872, 22}, Golden{"\x80", 65533, 33},
      Golden{"\x61\xff\x62", 2124838, 38}, Golden{"\xf0\x9f\x98\x80\x80", 55025402, 2});
  REQUIRE(java_hash(golden.key) == golden.hash);
  REQUIRE(coordinator_partition(golden.key, 50) == golden.of_50);
}
