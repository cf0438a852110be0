#include "tests/testing.h"

#include "protocol/errors.h"

using namespace klamm::protocol;

TEST_CASE("each error code is found under its own number") {
  for (int16_t code = -1; code <= 133; ++code) {
    REQUIRE_FALSE(name_of(static_cast<ErrorCode>(code)).empty());
  }
  REQUIRE(name_of(ErrorCode::kShareSessionLimitReached) == "SHARE_SESSION_LIMIT_REACHED");
  REQUIRE(name_of(ErrorCode::kUnknownServerError) == "UNKNOWN_SERVER_ERROR");
}

TEST_CASE("retriability follows Kafka's exception classes") {
  REQUIRE(is_retriable(ErrorCode::kNotEnoughReplicas));
  REQUIRE(wants_metadata_refresh(ErrorCode::kNotLeaderOrFollower));
  REQUIRE_FALSE(is_retriable(ErrorCode::kTopicAlreadyExists));
}
