#include "tests/testing.h"

#include <vector>

#include "broker/net/peer_versions.h"
#include "protocol/errors.h"

using namespace klamm;
using namespace klamm::broker::net;
using protocol::ApiVersionsResponse;
using ApiVersion = ApiVersionsResponse::ApiVersion;
using protocol::ErrorCode;

namespace {

Bytes answer(int16_t version, ErrorCode error, std::vector<ApiVersion> apis) {
  ApiVersionsResponse response;
  response.error_code = protocol::wire_value(error);
  response.api_keys = std::move(apis);
  Bytes body;
  protocol::Writer writer(body);
  response.write(writer, version);
  return body;
}

ApiVersion api(int16_t key, int16_t version_min, int16_t version_max) {
  ApiVersion made;
  made.api_key = key;
  made.min_version = version_min;
  made.max_version = version_max;
  return made;
}

PeerVersions versions(std::vector<ApiVersion> apis) {
  ApiVersionsResponse response;
  response.api_keys = std::move(apis);
  return PeerVersions(response);
}

}  // namespace

TEST_CASE("the newest version is taken that both ends know") {
  const auto known = versions({api(1, 4, 12), api(3, 0, 9)});
  REQUIRE(known.newest(1, 4, 18) == 12);
  REQUIRE(known.newest(1, 0, 7) == 7);
  REQUIRE(known.newest(3, 9, 20) == 9);
}

TEST_CASE("there is no version where the other end is too old, too new, or does not know the request") {
  const auto known = versions({api(1, 4, 12)});
  REQUIRE_FALSE(known.newest(1, 13, 18));
  REQUIRE_FALSE(known.newest(1, 0, 3));
  REQUIRE_FALSE(known.newest(2, 0, 3));
}

TEST_CASE("versions are asked for in the newest version first") {
  VersionsExchange exchange;
  const PeerQuestion question = exchange.question();
  REQUIRE(question.key == 18);
  REQUIRE(question.version == 4);
  REQUIRE(as_text(question.body).find("klamm") != std::string_view::npos);
}

TEST_CASE("an answer with versions is the end of asking") {
  VersionsExchange exchange;
  auto step = exchange.on_answer(answer(4, ErrorCode::kNone, {api(1, 4, 12)}));
  REQUIRE((step.ok() && !*step));
  REQUIRE(exchange.versions().newest(1, 0, 20) == 12);
}

TEST_CASE("a node that does not know the version is asked again in its own newest one") {
  VersionsExchange exchange;
  auto step = exchange.on_answer(answer(0, ErrorCode::kUnsupportedVersion, {api(18, 0, 2)}));
  REQUIRE((step.ok() && *step));
  REQUIRE((*step)->version == 2);
  REQUIRE((*step)->body.empty());
  auto last = exchange.on_answer(answer(2, ErrorCode::kNone, {api(1, 4, 12)}));
  REQUIRE((last.ok() && !*last));
}

TEST_CASE("a node that does not say which versions it knows is asked in version 0") {
  VersionsExchange exchange;
  auto step = exchange.on_answer(answer(0, ErrorCode::kUnsupportedVersion, {}));
  REQUIRE((step.ok() && *step));
  REQUIRE((*step)->version == 0);
}

TEST_CASE("asking ends with a node that knows no version, whatever it says") {
  VersionsExchange exchange;
  const Bytes always = answer(0, ErrorCode::kUnsupportedVersion, {api(18, 0, 100)});
  int questions = 0;
  auto step = exchange.on_answer(always);
  for (; step.ok() && *step; step = exchange.on_answer(always)) ++questions;
  REQUIRE(questions == 4);
  REQUIRE_FALSE(step.ok());
  REQUIRE(step.error().message == "it answers ApiVersions version 0 with error 35 (UNSUPPORTED_VERSION)");
}

TEST_CASE("what is no answer to ApiVersions is a failure") {
  VersionsExchange exchange;
  REQUIRE_FALSE(exchange.on_answer({}).ok());
  VersionsExchange other;
  Bytes cut = answer(4, ErrorCode::kNone, {api(1, 4, 12), api(2, 0, 1)});
  cut.resize(cut.size() - 9);
  REQUIRE_FALSE(other.on_answer(cut).ok());
}
