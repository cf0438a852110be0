#include "tests/testing.h"

#include "base/random.h"
#include "base/uuid.h"

using klamm::SeededRandom;
using klamm::Uuid;

TEST_CASE("the id of the metadata topic prints as Kafka prints it") {
  REQUIRE(Uuid::of(0, 1).to_string() == "AAAAAAAAAAAAAAAAAAAAAQ");
}

TEST_CASE("a uuid survives the way through its text") {
  SeededRandom random(7);
  for (int i = 0; i < 1000; ++i) {
    Uuid uuid = Uuid::random(random);
    REQUIRE(uuid.to_string().size() == 22);
    REQUIRE(Uuid::from_string(uuid.to_string()) == uuid);
  }
}

TEST_CASE("a uuid text of the wrong length or alphabet is refused") {
  REQUIRE_FALSE(Uuid::from_string("short"));
  REQUIRE_FALSE(Uuid::from_string("AAAAAAAAAAAAAAAAAAAA*A"));
  REQUIRE_FALSE(Uuid::from_string("AAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}
